// Whether the server answers. Says so calmly while it does not, and is silent again when it does.

import { answers } from "./post.js"

const ANSWER_MS = 5000
const FIRST_MS = 2000
const LONGEST_MS = 15_000

customElements.define("connection-state", class extends HTMLElement {
  #timer
  #wait_ms = FIRST_MS
  #isAsking = false

  connectedCallback() {
    // A picture or a film that fails, a script of ours that got no answer, a tab that somebody returns to.
    document.addEventListener("error", this.#doubt, true)
    document.addEventListener("visibilitychange", this.#return)
    for (const event of ["offline", "online"]) addEventListener(event, this.#ask)
    addEventListener("server-silent", this.#hear)
  }

  disconnectedCallback() {
    clearTimeout(this.#timer)
    document.removeEventListener("error", this.#doubt, true)
    document.removeEventListener("visibilitychange", this.#return)
    for (const event of ["offline", "online"]) removeEventListener(event, this.#ask)
    removeEventListener("server-silent", this.#hear)
  }

  #doubt = (event) => {
    if (event.target instanceof HTMLImageElement || event.target instanceof HTMLVideoElement) this.#ask()
  }

  #return = () => {
    if (!document.hidden) this.#ask()
  }

  /** A page of many parts hears it from each; once it is said, the server is asked in its own time. */
  #hear = () => {
    if (!this.textContent) this.#ask()
  }

  #ask = async () => {
    if (this.#isAsking) return
    clearTimeout(this.#timer)
    this.#isAsking = true
    const isThere = await answers(this.dataset.asks, ANSWER_MS)
    this.#isAsking = false
    if (isThere) {
      this.#wait_ms = FIRST_MS
      this.textContent = ""
      return
    }
    if (!this.isConnected) return
    if (!this.textContent) this.textContent = "The server does not answer. The page stays as it is and tries again."
    this.#timer = setTimeout(this.#ask, this.#wait_ms)
    this.#wait_ms = Math.min(LONGEST_MS, this.#wait_ms * 1.5)
  }
})
