// A part of a page that stays as it is now: <live-part data-source="address" data-on="names of events">. Its one child
// is what the address answers, and what is shown without scripts.

import { listen } from "./live-news.js"
import { get } from "./post.js"

const EVERY_MS = 1000
const SILENT_MS = 15_000 // numbers come every 5 s: after three that did not, the server is asked whether it is there
const MOST_FAILURES = 2 // in a row; a single one is no news

customElements.define("live-part", class extends HTMLElement {
  #stop
  #timer
  #due_at = Infinity
  #looked_at = 0
  #is_looking = false
  #failures = 0
  #shown
  #shown_at

  connectedCallback() {
    this.#shown = this.firstElementChild?.outerHTML
    this.#shown_at = new Date()
    document.addEventListener("visibilitychange", this.#seen)
    this.addEventListener("focusout", this.#soon)
    this.#stop = listen([...this.dataset.on.split(" "), "lost", "state"], this.#hear)
    this.#plan(SILENT_MS)
  }

  disconnectedCallback() {
    this.#stop()
    this.#rest()
    document.removeEventListener("visibilitychange", this.#seen)
    this.removeEventListener("focusout", this.#soon)
  }

  #seen = () => {
    if (document.hidden) this.#rest()
    else this.#soon()
  }

  /** A connection that is tried again and again is lost each time: the server is asked in its own time. */
  #hear = (name) => {
    if (name !== "lost" || this.#failures < MOST_FAILURES) this.#soon()
  }

  #soon = () => this.#plan(Math.max(0, this.#looked_at + EVERY_MS - performance.now()))

  #rest() {
    clearTimeout(this.#timer)
    this.#due_at = Infinity
  }

  #plan(wait_ms) {
    const due_at = performance.now() + wait_ms
    if (document.hidden || due_at >= this.#due_at) return
    clearTimeout(this.#timer)
    this.#due_at = due_at
    this.#timer = setTimeout(this.#look, wait_ms)
  }

  #look = async () => {
    this.#rest()
    if (this.#is_looking) return this.#plan(EVERY_MS)
    this.#is_looking = true
    this.#looked_at = performance.now()
    try {
      const part = await get(this.dataset.source)
      this.#failures = 0
      this.#notice()?.remove()
      this.#show(part)
    } catch {
      this.#failures += 1
      if (this.#failures >= MOST_FAILURES) this.#say()
    }
    this.#is_looking = false
    if (this.isConnected) this.#plan(this.#failures === 1 ? EVERY_MS : SILENT_MS)
  }

  /** Nothing is pulled from under somebody who fills something in, or marks a line to copy it. */
  #show(part) {
    const selection = getSelection()
    const is_marked = !selection.isCollapsed && selection.containsNode(this, true)
    const had = this.contains(document.activeElement) ? document.activeElement : null
    const next = had && part && this.#equal(part, had)
    if (is_marked || (had && !next)) return
    this.#shown_at = new Date()
    if (part?.outerHTML === this.#shown) return
    this.#shown = part?.outerHTML
    const scrolled = this.#scrolled()
    if (part) this.#keep(part)
    this.replaceChildren(...(part ? [part] : []))
    for (const [place, left, top] of scrolled) this.querySelectorAll("*")[place]?.scrollTo(left, top)
    next?.focus({ preventScroll: true })
  }

  /** The control of the new part that does what this one did; none of a field, which would lose what was typed. */
  #equal(part, had) {
    if (had.matches("input, select, textarea")) return null
    const told = (one) => [one.textContent, one.value, one.getAttribute("href"), one.form?.action].join(" ")
    return [...part.querySelectorAll(had.tagName)].find((one) => told(one) === told(had))
  }

  /** What was folded open stays open. */
  #keep(part) {
    const name = (details) => details.id || details.querySelector("summary")?.textContent
    const known = new Map([...this.querySelectorAll("details")].map((one) => [name(one), one.open]))
    for (const one of part.querySelectorAll("details")) one.open = known.get(name(one)) ?? one.open
  }

  #scrolled() {
    const places = [...this.querySelectorAll("*")].map((one, place) => [place, one.scrollLeft, one.scrollTop])
    return places.filter(([, left, top]) => left || top)
  }

  #notice() {
    return this.querySelector(":scope > .live-part-notice")
  }

  #say() {
    if (this.#notice()) return
    const line = document.createElement("p")
    line.className = "notice notice--warning live-part-notice"
    // Read out once, however many parts of the page are old.
    if (!document.querySelector("live-part > [role=status]")) line.setAttribute("role", "status")
    const time = this.#shown_at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })
    this.prepend(line)
    line.textContent = `Not available now: these are the last numbers, from ${time}.`
  }
})
