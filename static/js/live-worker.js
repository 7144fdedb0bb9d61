// One connection to the server's news for all tabs of a browser. A tab sends the names that it wants to hear of, none
// when it is hidden or left, and gets the name of each event.

import { LiveSource } from "./live-source.js"

const wanted = new Map() // the port of each tab that listens -> its names

const source = new LiveSource("/events", (name) => {
  for (const [port, names] of wanted) if (names.includes(name)) port.postMessage(name)
})

addEventListener("connect", ({ ports: [port] }) => {
  port.onmessage = ({ data: names }) => {
    if (names.length) wanted.set(port, names)
    else wanted.delete(port)
    source.listen(new Set([...wanted.values()].flat()))
  }
})
