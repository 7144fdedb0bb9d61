// The only door to the network: a form or some fields go out, the part of the page that changed comes back.

const PART_MS = 10_000 // far longer than a part takes: the server hangs, or the way to it

/** The element that the server drew anew. Throws an Error whose message is a sentence for the viewer. */
export async function post(address, fields) {
  return part(await ask(address, { method: "POST", body: new URLSearchParams(fields) }))
}

/** A part of the page as it is now; null when there is nothing to show. */
export async function get(address) {
  return part(await ask(address, { cache: "no-store", signal: AbortSignal.timeout(PART_MS) }))
}

/** Something the server should know, and nothing to show. A message that is lost is not missed. */
export function tell(address) {
  fetch(address, { method: "POST", keepalive: true }).catch(() => {})
}

/** Whether the server answers within so many milliseconds. */
export async function answers(address, within_ms) {
  try {
    return (await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(within_ms) })).ok
  } catch {
    return false
  }
}

async function ask(address, options) {
  let answer
  try {
    answer = await fetch(address, { ...options, headers: { "X-Part": "1" } })
  } catch {
    dispatchEvent(new Event("server-silent")) // connection-state.js says so
    throw new Error("The server does not answer. Nothing was changed.")
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  if (answer.ok && !answer.redirected) return page
  throw new Error(page.querySelector(".empty > p")?.textContent ?? "That did not work. Load the page again.")
}

function part(page) {
  return page.body.firstElementChild && document.importNode(page.body.firstElementChild, true)
}
