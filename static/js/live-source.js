// The news of the server, for whoever wants it: one connection, open while somebody listens. Used by a tab itself, and
// by the worker that serves all tabs.

const AGAIN_MS = 5000 // a connection that was refused does not come back by itself

export class LiveSource {
  #address
  #tell
  #source
  #names = new Set()
  #heard = new Set() // of this connection
  #isFirst
  #timer

  /** `tell(name)` of each event, of "lost" when the connection is, and of "state" when it is back. */
  constructor(address, tell) {
    this.#address = address
    this.#tell = tell
  }

  /** These names from now on; none of them closes the connection. */
  listen(names) {
    this.#names = new Set(names)
    if (!this.#names.size) return this.#close()
    if (this.#source) return this.#hear()
    this.#isFirst = true
    this.#connect()
  }

  #connect = () => {
    this.#source = new EventSource(this.#address)
    this.#source.addEventListener("error", this.#lose)
    this.#source.addEventListener("state", this.#greet)
    this.#heard = new Set(["lost", "state"])
    this.#hear()
  }

  #close() {
    clearTimeout(this.#timer)
    this.#source?.close()
    this.#source = null
  }

  #hear() {
    for (const name of this.#names) {
      if (!this.#heard.has(name)) this.#source.addEventListener(name, () => this.#pass(name))
      this.#heard.add(name)
    }
  }

  #pass(name) {
    if (this.#names.has(name)) this.#tell(name)
  }

  /** The first state is what the page was made of; each later one follows a gap. */
  #greet = () => {
    if (!this.#isFirst) this.#pass("state")
    this.#isFirst = false
  }

  #lose = () => {
    if (this.#source.readyState === EventSource.CLOSED) {
      clearTimeout(this.#timer)
      this.#timer = setTimeout(this.#connect, AGAIN_MS)
    }
    this.#isFirst = false
    this.#pass("lost")
  }
}
