// Says two minutes before a session ends that it will, and keeps what was typed when it has. The server decides: it is
// asked before anything is said or done, as another tab may have been used, and brings the words along in the person's
// language. Asking does not count as use.
const WARN_MS = 120_000
const ASK_EVERY_MS = 15_000

function watch(holder) {
  const [idle, longest, address] = holder.dataset.session.split(" ")
  const region = document.createElement("section")
  const words = document.createElement("p")
  const button = document.createElement("button")
  let timer, ends, endsAnyway, changed, left, texts

  region.className = "app-session"
  words.className = "app-session__text"
  words.setAttribute("role", "status")
  button.className = "nhsuk-button nhsuk-button--small app-session__button"
  button.type = "button"
  region.append(words)

  const leaves = () => Math.min(ends, endsAnyway) - Date.now()

  const set = ([idleLeft, longestLeft]) => {
    ends = Date.now() + idleLeft * 1000
    endsAnyway = Date.now() + longestLeft * 1000
    clearTimeout(timer)
    const wait = leaves() - WARN_MS
    if (leaves() > 0) timer = setTimeout(look, wait > 0 ? wait : Math.min(ASK_EVERY_MS, leaves()))
  }

  const ask = async (method = "GET") => {
    const body = method === "POST" ? new FormData(holder.querySelector("form")) : undefined
    const answer = await fetch(address, { method, body, headers: { "X-Fetched-By-Page": "yes" } })
    if (!answer.ok) throw new Error(`status ${answer.status}`)
    const told = await answer.json()
    texts = told.texts
    region.setAttribute("aria-label", texts.region)
    button.textContent = texts.stay
    return told.left
  }

  const look = async () => {
    try {
      set(await ask())
    } catch {
      // Nobody is logged out for a network that fails: the server knows, and is asked again.
      clearTimeout(timer)
      timer = setTimeout(look, ASK_EVERY_MS)
      return
    }
    if (leaves() <= 0) return leave()
    if (leaves() <= WARN_MS) warn()
    else if (button.isConnected || words.textContent) hide()
  }

  const warn = () => {
    const canStay = endsAnyway - ends > 0
    const [soon, sooner] = canStay ? texts.unused : texts.long
    say(leaves() > 60_000 ? soon : sooner)
    if (canStay) region.append(button)
    else button.remove()
  }

  // What is read out is a change of words in a region that was there before.
  const say = (sentence) => {
    if (!region.isConnected) document.querySelector("main").before(region)
    region.classList.add("app-session--shown")
    requestAnimationFrame(() => {
      if (words.textContent !== sentence) words.textContent = sentence
    })
  }

  const hide = () => {
    region.classList.remove("app-session--shown")
    button.remove()
    words.textContent = ""
  }

  const stay = async () => {
    try {
      set(await ask("POST"))
    } catch {
      return say(texts.failed)
    }
    if (leaves() <= 0) return leave()
    button.remove()
    say(texts.stays)
    region.tabIndex = -1
    region.focus()
    region.addEventListener("blur", () => leaves() > WARN_MS && hide(), { once: true })
  }

  // What was typed goes to the server, which keeps what it can and carries out nothing.
  const leave = () => {
    if (left) return
    left = true
    const form = changed ?? (document.querySelector(".nhsuk-error-summary") && document.querySelector("main form[method=post]"))
    if (!form || form.querySelector("[type=file], [type=password]")) {
      location.assign(location.pathname + location.search)
      return
    }
    const only = document.createElement("input")
    Object.assign(only, { type: "hidden", name: "keep-only", value: "yes" })
    form.append(only)
    HTMLFormElement.prototype.submit.call(form)
  }

  document.addEventListener("input", ({ target }) => {
    if (target.form?.method === "post") changed = target.form
  })
  button.addEventListener("click", stay)
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && leaves() <= WARN_MS) look()
  })
  set([Number(idle), Number(longest)])
}

document.querySelectorAll("[data-session]").forEach(watch)
