// A mark of a video (rating, favorite, tags, views): its forms are sent without leaving the page.

import { post } from "./post.js"
import { say, warn } from "./say.js"

customElements.define("video-mark", class extends HTMLElement {
  #isBusy = false

  connectedCallback() {
    this.addEventListener("submit", this.#save)
  }

  disconnectedCallback() {
    this.removeEventListener("submit", this.#save)
  }

  #save = async (event) => {
    event.preventDefault()
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      const fields = new FormData(event.target)
      const { name, value } = event.submitter ?? {}
      if (name) fields.set(name, value) // FormData's own second argument is unknown to televisions of 2022
      this.#become(await post(event.target.action, fields))
    } catch (failure) {
      warn(failure.message)
    } finally {
      this.#isBusy = false
    }
  }

  #become(next) {
    const had = this.contains(document.activeElement) ? document.activeElement : null
    const place = had && this.#controls(this, had.name).indexOf(had)
    this.replaceWith(next)
    if (had) this.#equal(next, had, place)?.focus({ preventScroll: true })
    say(next.dataset.now)
  }

  /** The control that does the same; else the nearest of that name: a heart turned over, the tag after one taken off. */
  #equal(next, had, place) {
    const alike = this.#controls(next, had.name)
    const same = alike.find((one) => one.tagName === had.tagName && one.value === had.value)
    return same ?? (had.tagName === "INPUT" ? alike.at(-1) : alike[Math.min(place, alike.length - 1)])
  }

  #controls(root, name) {
    return [...root.querySelectorAll("button, input:not([type=hidden])")].filter((one) => one.name === name)
  }
})
