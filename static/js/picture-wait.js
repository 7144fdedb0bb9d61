// Tiles whose picture is being made, or could not be loaded, get it when it is there. What is in sight is asked for
// first.

import { get } from "./post.js"

const FIRST_MS = 1500
const LONGEST_MS = 15_000
const SLOWER = 1.3 // where nothing comes, a page that stays open asks less and less

customElements.define("picture-wait", class extends HTMLElement {
  #timer
  #wait_ms = FIRST_MS

  connectedCallback() {
    document.addEventListener("error", this.#fail, true)
    document.addEventListener("visibilitychange", this.#wait)
    this.#wait()
  }

  disconnectedCallback() {
    clearTimeout(this.#timer)
    document.removeEventListener("error", this.#fail, true)
    document.removeEventListener("visibilitychange", this.#wait)
  }

  /** Somebody deleted the picture, or its room was needed: the tile waits like one that never had any. */
  #fail = ({ target }) => {
    const tile = target instanceof HTMLImageElement && target.closest("[data-key]:not([data-lacks])")
    if (!tile) return
    tile.dataset.lacks = tile.dataset.key
    this.#wait_ms = Math.min(this.#wait_ms * SLOWER, LONGEST_MS)
    this.#wait()
  }

  #wait = () => {
    clearTimeout(this.#timer)
    if (!document.hidden && this.#lacking().length) this.#timer = setTimeout(this.#look, this.#wait_ms)
  }

  #look = async () => {
    const lacking = this.#lacking().sort((one, other) => this.#isInSight(other) - this.#isInSight(one))
    const keys = new URLSearchParams(lacking.map((tile) => ["key", tile.dataset.lacks]))
    try {
      const part = await get(`${this.dataset.source}?${keys}`)
      this.#wait_ms = part?.childElementCount ? FIRST_MS : Math.min(this.#wait_ms * SLOWER, LONGEST_MS)
      for (const made of part?.children ?? []) this.#show(made.dataset.of, made.firstElementChild)
    } catch {
      this.#wait_ms = LONGEST_MS // the server is away for a moment; connection-state says so
    }
    if (this.isConnected) this.#wait()
  }

  #show(key, picture) {
    picture.classList.add("picture--arriving")
    for (const tile of document.querySelectorAll(`[data-lacks="${key}"]`)) tile.replaceWith(picture.cloneNode(true))
  }

  #lacking() {
    return [...document.querySelectorAll("[data-lacks]")].slice(0, 120)
  }

  #isInSight(tile) {
    const { top, bottom } = tile.getBoundingClientRect()
    return bottom > 0 && top < innerHeight ? 1 : 0
  }
})
