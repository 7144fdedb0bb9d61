// A playlist plays on by itself: the next film comes into the same player, so that a full screen stays full.

import { get, post } from "./post.js"
import { say, warn } from "./say.js"

const PARTS = [".player__trouble", ".playlist__on", ".playlist__list"]
const PASS_OVER_MS = 5000 // long enough to read why, and to stay

customElements.define("playlist-player", class extends HTMLElement {
  #busy = null
  #passingOver
  #hasPlayed = false

  connectedCallback() {
    this.addEventListener("ended", this.#playOn, true) // it does not bubble
    this.addEventListener("playing", this.#begin, true)
    this.addEventListener("unplayable", this.#passOver)
    this.addEventListener("click", this.#choose)
    this.addEventListener("submit", this.#change)
    addEventListener("hashchange", this.#jump)
    this.#jump()
  }

  disconnectedCallback() {
    clearTimeout(this.#passingOver)
    this.removeEventListener("ended", this.#playOn, true)
    this.removeEventListener("playing", this.#begin, true)
    this.removeEventListener("unplayable", this.#passOver)
    this.removeEventListener("click", this.#choose)
    this.removeEventListener("submit", this.#change)
    removeEventListener("hashchange", this.#jump)
  }

  #playOn = async () => {
    await this.#busy // a press in the last moment may have brought another film, or another order
    const next = this.querySelector("[rel=next]")
    if (next && this.querySelector("video")?.ended) this.#show(next.href, true)
  }

  #begin = () => {
    this.#hasPlayed = true
  }

  /** What this browser cannot play does not end the evening. Before anything was played, nothing goes on by itself. */
  #passOver = () => {
    const next = this.querySelector("[rel=next]")
    if (!next || !this.#hasPlayed) return
    say("This browser cannot play the film as it is. The next one follows.")
    clearTimeout(this.#passingOver)
    this.#passingOver = setTimeout(() => next.isConnected && this.#show(next.href, true), PASS_OVER_MS)
  }

  #choose = (event) => {
    const link = event.target.closest("a[data-at]")
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    this.#show(link.href, true)
    this.firstElementChild.scrollIntoView({ block: "nearest" })
  }

  /** The original server's address of a place is #pos-4; ours names it in the query, which goes first. */
  #jump = () => {
    const address = new URL(location.href)
    const [, place] = /^#pos-(\d+)$/.exec(address.hash) ?? []
    if (!place || address.searchParams.has("at")) return
    address.searchParams.set("at", place)
    this.#show(address.href, false)
  }

  #show(address, plays) {
    return this.#replace(async () => {
      this.#become(await get(address), plays)
      history.replaceState(null, "", address)
      if (plays) this.#follow()
    })
  }

  /** The place in the list that is on, in sight. */
  #follow() {
    this.querySelector(".item--on")?.scrollIntoView({ block: "nearest" })
  }

  /** Up, down and remove: the film that is on goes on. */
  #change = (event) => {
    event.preventDefault()
    const { formAction, name, value } = event.submitter
    const fields = new FormData(event.target)
    if (name) fields.set(name, value)
    this.#replace(async () => {
      const video = this.querySelector("video")
      this.#become(await post(formAction, fields), video && !video.paused)
      history.replaceState(null, "", document.querySelector(".item [aria-current]")?.href ?? location.pathname)
      say(name ? `Now at place ${value}.` : "Removed.")
    })
  }

  /** One press at a time; those that come meanwhile were meant for what is not shown any more. */
  #replace(act) {
    this.#busy ??= act()
      .catch((failure) => warn(failure.message))
      .finally(() => (this.#busy = null))
    return this.#busy
  }

  #become(next, plays) {
    const had = this.contains(document.activeElement) ? document.activeElement : null
    const video = this.querySelector("video")
    const coming = next.querySelector("video")
    if (video && coming) {
      const [now, then] = [this, next].map((one) => one.querySelector("[data-item]"))
      if (now.dataset.item !== then.dataset.item) this.#load(video, coming, plays)
      now.dataset.item = then.dataset.item
      for (const part of PARTS) this.querySelector(part).replaceWith(next.querySelector(part))
    } else {
      this.replaceWith(next)
    }
    if (had && !had.isConnected) this.#equal(had.id)?.focus({ preventScroll: true })
  }

  /** Another film in the same player, as fast as the one before. */
  #load(video, coming, plays) {
    video.closest(".stage").className = coming.closest(".stage").className
    video.closest("video-player").dataset.views = coming.closest("video-player").dataset.views
    video.defaultPlaybackRate = video.playbackRate
    for (const name of ["poster", "width", "height"]) video.removeAttribute(name)
    for (const { name, value } of coming.attributes) video.setAttribute(name, value)
    if (plays) video.play().catch(() => {}) // a browser may want a press first; the player is there for it
  }

  /** The control that had the focus, drawn anew; where it cannot be pressed any more, the film that is on. */
  #equal(id) {
    const same = id && document.getElementById(id)
    return same && !same.disabled ? same : document.querySelector(".item [aria-current]")
  }
})
