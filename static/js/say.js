// What scripts tell the viewer: a change to those who listen, a failure to everybody.

const FAILURE_SHOWN_MS = 10_000

let voice

/** Read out by a screen reader when it has a moment; never seen. */
export function say(sentence) {
  if (!voice) {
    voice = line("visually-hidden", "status")
    document.body.append(voice)
  }
  // A live region is read when it changes: the frame between makes the same sentence a change too.
  voice.textContent = ""
  requestAnimationFrame(() => (voice.textContent = sentence))
}

/** Shown above the page and read out at once. */
export function warn(sentence) {
  document.querySelector(".toast")?.remove()
  const toast = line("notice notice--warning toast", "alert")
  toast.textContent = sentence
  document.body.append(toast)
  setTimeout(() => toast.remove(), FAILURE_SHOWN_MS)
}

function line(className, role) {
  const paragraph = document.createElement("p")
  paragraph.className = className
  paragraph.setAttribute("role", role)
  return paragraph
}
