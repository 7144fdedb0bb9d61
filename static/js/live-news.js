// What happens in the house, told while this tab is seen: by the worker that all tabs share, or where there is none
// (Chrome on Android) by a connection of its own.

import { LiveSource } from "./live-source.js"

const listeners = new Map() // callback -> names
let port
let own

/** Calls back with the name of each event of `names`; "lost" and "state" tell of the connection: live-source.js.
    What is returned stops it. */
export function listen(names, callback) {
  listeners.set(callback, names)
  if (listeners.size === 1) {
    document.addEventListener("visibilitychange", ask)
    addEventListener("pagehide", leave)
    addEventListener("pageshow", ask)
  }
  ask()
  return () => {
    listeners.delete(callback)
    ask()
    if (listeners.size) return
    document.removeEventListener("visibilitychange", ask)
    removeEventListener("pagehide", leave)
    removeEventListener("pageshow", ask)
  }
}

function ask() {
  send(document.hidden ? [] : [...new Set([...listeners.values()].flat())])
}

function leave() {
  send([])
}

function send(names) {
  if (!port && !own) begin()
  if (own) own.listen(names)
  else port.postMessage(names)
}

function begin() {
  if (!("SharedWorker" in globalThis)) return connect()
  try {
    const worker = new SharedWorker(new URL("./live-worker.js", import.meta.url), { type: "module" })
    worker.addEventListener("error", () => {
      connect() // a browser that knows no modules in workers
      ask()
    })
    port = worker.port
    port.onmessage = ({ data: name }) => tell(name)
  } catch {
    connect()
  }
}

function connect() {
  own ??= new LiveSource("/events", tell)
}

function tell(name) {
  for (const [callback, names] of [...listeners]) if (names.includes(name)) callback(name)
}
