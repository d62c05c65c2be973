// A part of a page that keeps itself up to date: the page is fetched again every so often, and what has changed of
// this region changes here. Written by the macro `refreshing`, which says how.
const LONGEST_WAIT_MS = 60_000
// What is shown changes each time; what is read out would never end.
const TELL_EVERY_MS = 20_000

function keepUpToDate(region) {
  const everyMs = Number(region.dataset.refresh) * 1000
  const status = element("p", "nhsuk-u-visually-hidden", { role: "status" })
  const button = element("button", "nhsuk-button nhsuk-button--secondary nhsuk-button--small", { type: "button" })
  let [timer, failures, looking, paused, toldAt] = [null, 0, false, false, Date.now()]

  const lookLater = () => {
    clearTimeout(timer)
    timer = setTimeout(look, Math.min(everyMs * 2 ** failures, LONGEST_WAIT_MS))
  }

  const look = async () => {
    if (looking || paused || document.hidden) return
    looking = true
    try {
      const found = await regionNow(region.id)
      failures = 0
      if (!found) return // on the way to another page
      // Whoever has just asked for a pause may be reading.
      if (!paused) show(found)
    } catch {
      failures += 1
    } finally {
      looking = false
    }
    if (region.isConnected && "refresh" in region.dataset) lookLater()
  }

  const show = (found) => {
    change(part(region), part(found))
    const over = !("refresh" in found.dataset)
    const sentence = found.querySelector("[data-refresh-summary]")?.textContent.trim() ?? ""
    if (over || Date.now() - toldAt >= TELL_EVERY_MS) {
      if (status.textContent !== sentence) status.textContent = sentence
      toldAt = Date.now()
    }
    if (over) stop()
  }

  const stop = () => {
    delete region.dataset.refresh
    if (document.activeElement === button) {
      region.tabIndex = -1
      region.focus()
    }
    button.remove()
    document.removeEventListener("visibilitychange", look)
  }

  const pause = () => {
    paused = !paused
    button.textContent = paused ? "Continue updating this page" : "Pause updating this page"
    if (!paused) look()
  }

  button.textContent = "Pause updating this page"
  button.addEventListener("click", pause)
  region.querySelector("[data-refresh-by-hand]")?.replaceWith(button)
  region.after(status)
  document.addEventListener("visibilitychange", look)
  lookLater()
}

// The region as the server would show it now; null where this page is left for another.
async function regionNow(id) {
  const answer = await fetch(location.href, { headers: { "X-Fetched-By-Page": "yes" } })
  if (answer.redirected) {
    location.assign(answer.url)
    return null
  }
  if (!answer.ok) throw new Error(`status ${answer.status}`)
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  const found = page.getElementById(id)
  if (found && !found.dataset.goTo) return found
  if (found) location.assign(found.dataset.goTo)
  else location.reload()
  return null
}

// Makes the one like the other and touches nothing that is the same: the focus, a selection and opened details stay.
function change(here, there) {
  if (!alike(here, there)) {
    here.replaceWith(there)
  } else if (here.nodeType === Node.ELEMENT_NODE) {
    changeAttributes(here, there)
    changeChildren(here, [...here.childNodes], [...there.childNodes])
  } else if (here.data !== there.data) {
    here.data = there.data
  }
}

// Nothing that stays is moved, as moving loses the focus: what came in between is put in, what went is taken out.
function changeChildren(here, before, after) {
  let next = 0
  after.forEach((child, index) => {
    const stays = before.findIndex((old, place) => place >= next && same(old, child))
    const free = before[next] && !after.slice(index + 1).some((later) => same(before[next], later))
    if (stays !== -1) {
      before.slice(next, stays).forEach((gone) => gone.remove())
      change(before[stays], child)
      next = stays + 1
    } else if (free && alike(before[next], child)) {
      change(before[next], child)
      next += 1
    } else {
      here.insertBefore(child, before[next] ?? null)
    }
  })
  before.slice(next).forEach((gone) => gone.remove())
}

function alike(here, there) {
  return here.nodeType === there.nodeType && here.nodeName === there.nodeName && here.id === there.id
}

// Known again wherever it stands now. Not so white space, which is the same everywhere.
function same(here, there) {
  if (here.nodeType !== Node.ELEMENT_NODE || !alike(here, there)) return false
  return here.id !== "" || here.isEqualNode(there)
}

function changeAttributes(here, there) {
  for (const { name } of [...here.attributes]) {
    // What the person opened, and what NHS scripts have marked as theirs.
    if (name !== "open" && !name.endsWith("-init") && !there.hasAttribute(name)) here.removeAttribute(name)
  }
  for (const { name, value } of there.attributes) {
    if (here.getAttribute(name) !== value) here.setAttribute(name, value)
  }
}

function part(region) {
  return region.querySelector("[data-refresh-part]")
}

function element(tag, className, attributes) {
  const made = document.createElement(tag)
  made.className = className
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  return made
}

document.querySelectorAll("[data-refresh]").forEach(keepUpToDate)
