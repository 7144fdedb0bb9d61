// What the pages gain with scripts. Each element improves a form or a part that works without it.

import "./connection-state.js"
import "./live-part.js"
import "./picture-wait.js"
import "./playlist-player.js"
import "./scan-progress.js"
import "./video-mark.js"
import "./video-player.js"
