// How far the folders are read: asked for while somebody looks, and gone when all is there.

import { get } from "./post.js"

const EVERY_MS = 2000
const TOUCHES = ["pointerdown", "keydown", "wheel", "scroll"]

customElements.define("scan-progress", class extends HTMLElement {
  #timer
  #isTouched = false

  connectedCallback() {
    document.addEventListener("visibilitychange", this.#wait)
    for (const touch of TOUCHES) addEventListener(touch, this.#touch, { passive: true })
    this.#wait()
  }

  disconnectedCallback() {
    clearTimeout(this.#timer)
    document.removeEventListener("visibilitychange", this.#wait)
    for (const touch of TOUCHES) removeEventListener(touch, this.#touch)
  }

  #touch = () => {
    this.#isTouched = true
  }

  #wait = () => {
    clearTimeout(this.#timer)
    if (!document.hidden && this.isConnected) this.#timer = setTimeout(this.#look, EVERY_MS)
  }

  #look = async () => {
    try {
      const part = await get(this.dataset.source)
      if (!part) return this.#finish()
      if (Number(part.dataset.videos) && document.querySelector("[data-fills]")) this.#reload()
      // The focus is not pulled from under the viewer: the next part is swapped in after it has left.
      if (!this.contains(document.activeElement)) this.replaceChildren(part)
    } catch {
      // The server is away for a moment; the next look may find it.
    }
    this.#wait()
  }

  /** Nobody who reads, types or watches is interrupted: they are offered the new page. */
  #finish() {
    if (document.querySelector("video")) return this.remove()
    if (this.#reload()) return
    const link = this.querySelector("a")
    for (const node of [...link.parentElement.childNodes]) if (node !== link) node.remove()
    link.before("All folders are read.")
  }

  #reload() {
    if (this.#isTouched || scrollY > 0) return false
    location.reload()
    return true
  }
})
