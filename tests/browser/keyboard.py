"""A person who uses the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.journey import Journey

_MOST_STOPS = 120

# What changes when the focus comes: on the thing itself or, for the NHS check boxes and radios, on the label that draws
# them.
_FOCUS_IS_SEEN = """() => {
  const item = document.activeElement
  if (!item || item === document.body) return null
  const drawn = item.matches(".nhsuk-checkboxes__input, .nhsuk-radios__input") ? item.nextElementSibling : item
  const names = ["outlineStyle", "outlineWidth", "boxShadow", "backgroundColor", "borderColor"]
  const look = pseudo => names.map(name => getComputedStyle(drawn, pseudo)[name]).join("|")
  const focused = look() + look("::before")
  item.blur()
  const blurred = look() + look("::before")
  item.focus()
  const box = item.getBoundingClientRect()
  const inWindow = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
  return { seen: focused !== blurred && inWindow, html: item.outerHTML.slice(0, 160) }
}"""


class Keyboard:
    """Moves by Tab through a page until it is where it wants to be; wherever it stops, the focus must be seen."""

    def __init__(self, journey: Journey) -> None:
        self.journey = journey

    def press(self, *keys: str) -> None:
        for key in keys:
            self.journey.page.keyboard.press(key)

    def go_to(self, target: Locator) -> None:
        """Tabs until the target has the focus. AssertionError if that never happens."""
        expect(target).to_be_visible()
        for _ in range(_MOST_STOPS):
            if target.evaluate("item => item === document.activeElement"):
                return
            self.press("Tab")
            stop = self.journey.page.evaluate(_FOCUS_IS_SEEN)
            assert stop is None or stop["seen"], f"the focus cannot be seen on {stop['html']}"
        raise AssertionError(f"Tab does not lead to {target}")

    def leave(self, key: str = "Enter") -> None:
        """A key that leads to another page: it sends a form, or follows the link that has the focus."""
        with self.journey.leaving():
            self.press(key)

    def press_button(self, words: str, key: str = "Enter") -> None:
        """A button that sends a form."""
        self.go_to(self.journey.button(words))
        self.leave(key)

    def press_here(self, words: str, key: str = "Enter") -> None:
        """A button of a script: this page stays."""
        self.go_to(self.journey.button(words))
        self.press(key)

    def follow(self, words: str) -> None:
        """A link to another page."""
        self.go_to(self.journey.page.get_by_role("link", name=words, exact=True))
        self.leave()

    def jump(self, words: str) -> None:
        """A link to a place of this page."""
        self.go_to(self.journey.page.get_by_role("link", name=words, exact=True))
        self.press("Enter")

    def type(self, label: str, text: str) -> None:
        """Into a text box, in place of what stands there."""
        self.go_to(self.journey.field(label))
        self.press("ControlOrMeta+a", "Delete")
        self.journey.page.keyboard.type(text)

    def choose(self, label: str, option: str) -> None:
        """An option of a select, by the arrow keys."""
        select = self.journey.field(label)
        self.go_to(select)
        for _ in range(_MOST_STOPS):
            if select.evaluate("item => item.selectedOptions[0].text") == option:
                return
            self.press("ArrowDown")
        raise AssertionError(f"the arrow keys do not lead to {option}")

    def choose_radio(self, first: str, wanted: str) -> None:
        """One of the radios of which `first` is the first: Tab leads into the group, arrows through it."""
        self.go_to(self.journey.page.get_by_label(first))
        if first == wanted:
            self.press("Space")
        while not self.journey.page.get_by_label(wanted).is_checked():
            self.press("ArrowDown")
