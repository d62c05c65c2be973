// A box that ticks all boxes of a list: `data-select-all` on the form names them. Without script each is ticked by itself.
function offerAll(form) {
  const boxes = [...form.querySelectorAll(`input[type="checkbox"][name="${form.dataset.selectAll}"]`)]
  if (boxes.length < 2) return

  const label = document.createElement("label")
  const all = document.createElement("input")
  label.className = "app-select-all"
  all.type = "checkbox"
  label.append(all, ` Select all ${boxes.length} on this page`)
  form.querySelector("table").before(label)

  const update = () => {
    const ticked = boxes.filter((box) => box.checked).length
    all.checked = ticked === boxes.length
    all.indeterminate = ticked > 0 && !all.checked
  }
  all.addEventListener("change", () => {
    boxes.forEach((box) => (box.checked = all.checked))
  })
  form.addEventListener("change", update)
  // Also when the browser restores what was ticked before going back.
  window.addEventListener("pageshow", update)
  update()
}

document.querySelectorAll("form[data-select-all]").forEach(offerAll)
