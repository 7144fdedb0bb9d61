// The player: counts one view once it was really watched, and says so when the browser cannot play the file.

import { post, tell } from "./post.js"
import { warn } from "./say.js"

const VIEW_AFTER_S = 5
const TELL_EVERY_MS = 10_000
const PICTURE_WITHIN_S = 1.5
const LONGEST_STEP_S = 2 // between two timeupdates, also in a tab that is behind; more is a jump

customElements.define("video-player", class extends HTMLElement {
  #video
  #play = newPlay()
  #played_s = 0
  #at_s = null
  #isCounted = false
  #told_ms = -TELL_EVERY_MS

  connectedCallback() {
    this.#video = this.querySelector("video")
    for (const [event, act] of this.#acts) this.#video.addEventListener(event, act)
    if (this.#video.error) this.#fail() // it may have failed before this script came
  }

  disconnectedCallback() {
    for (const [event, act] of this.#acts) this.#video.removeEventListener(event, act)
  }

  /** Another film came into this player: that is another play. */
  #begin = () => {
    this.#play = newPlay()
    this.#played_s = 0
    this.#at_s = null
    this.#isCounted = false
  }

  #restart = () => {
    this.#at_s = this.#video.seeking ? null : this.#video.currentTime
  }

  #watch = () => {
    const { currentTime, duration, seeking, videoWidth } = this.#video
    const step_s = this.#at_s === null ? 0 : currentTime - this.#at_s
    this.#at_s = seeking ? null : currentTime
    if (seeking || step_s <= 0 || step_s > LONGEST_STEP_S * this.#video.playbackRate) return
    this.#played_s += step_s
    this.#tellPlaying()
    // HEVC and other kinds raise no error in Chromium: the sound plays and there is no picture.
    if (!videoWidth && this.#played_s >= Math.min(PICTURE_WITHIN_S, duration / 2)) this.#showTrouble()
    if (videoWidth && this.#played_s >= Math.min(VIEW_AFTER_S, duration / 2)) this.#count()
  }

  /** Background work on the server rests while somebody watches. */
  #tellPlaying() {
    if (performance.now() - this.#told_ms < TELL_EVERY_MS) return
    this.#told_ms = performance.now()
    tell(this.dataset.views.replace(/views$/, "playing"))
  }

  async #count() {
    if (this.#isCounted) return
    this.#isCounted = true
    try {
      const views = await post(this.dataset.views, { play: this.#play })
      const shown = document.querySelector("video-mark.views")
      if (shown && !shown.contains(document.activeElement)) shown.replaceWith(views)
    } catch {
      // Sent again after as long a time: the server counts a play by its name, so never twice.
      this.#isCounted = false
      this.#played_s = 0
    }
  }

  #fail = () => {
    if (this.#video.error?.code === MediaError.MEDIA_ERR_NETWORK) warn("The server stopped sending the video.")
    else this.#showTrouble()
  }

  #showTrouble() {
    const trouble = this.querySelector(".player__trouble")
    if (!trouble.hidden) return
    trouble.hidden = false
    this.dispatchEvent(new Event("unplayable", { bubbles: true }))
  }

  #acts = Object.entries({
    emptied: this.#begin,
    timeupdate: this.#watch,
    playing: this.#restart,
    seeking: this.#restart,
    seeked: this.#restart,
    error: this.#fail,
  })
})

function newPlay() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}
