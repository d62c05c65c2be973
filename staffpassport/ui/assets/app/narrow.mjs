// A select whose groups are named after the options of another: only the chosen one's group is offered.
function narrow(select) {
  const chooser = document.getElementById(select.dataset.narrowedBy)
  const groups = [...select.querySelectorAll("optgroup")]
  if (!chooser || !groups.length) return

  const update = () => {
    const name = chooser.value ? chooser.selectedOptions[0].text : null
    const before = select.value
    groups.forEach((group) => group.remove())
    select.append(...groups.filter((group) => name === null || group.label === name))
    select.value = before
    if (select.selectedIndex === -1) select.selectedIndex = 0
  }
  chooser.addEventListener("change", update)
  // Also when the browser restores what was chosen before going back.
  window.addEventListener("pageshow", update)
  update()
}

document.querySelectorAll("select[data-narrowed-by]").forEach(narrow)
