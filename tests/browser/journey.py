"""A person's way through the portal in a browser, with what must hold on every page it passes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Response, ViewportSize, expect

DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
# 320 is a window of 1280 pixels at 400 %.
_NARROW = (390, 320)

_SERVICE = "Digital Staff Passport"
_AXE = Axe()
# All of axe's rules, and the one on the size of targets, which it leaves off by itself.
_RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}

# WCAG 2.2, AA: at least 24 by 24 pixels. Links in a line of text are excepted there, and held by axe to stand apart.
_SMALL_TARGETS = """() => [...document.querySelectorAll("a[href], button, summary, select, input, textarea")]
  .filter(item => item.type !== "hidden" && item.checkVisibility() && !item.matches(".nhsuk-skip-link"))
  .filter(item => !(item.tagName === "A" && getComputedStyle(item).display === "inline"))
  .filter(item => { const box = item.getBoundingClientRect(); return box.height < 24 || box.width < 24 })
  .map(item => item.outerHTML)"""

_SAME_WORDS_TWO_TARGETS = """() => {
  const targets = new Map()
  for (const link of document.querySelectorAll("a[href]")) {
    if (!link.checkVisibility()) continue
    const words = (link.getAttribute("aria-label") || link.textContent).replace(/\\s+/g, " ").trim()
    targets.set(words, (targets.get(words) || new Set()).add(link.href))
  }
  return [...targets].filter(([words, hrefs]) => hrefs.size > 1).map(([words, hrefs]) => [words, ...hrefs])
}"""

_OVERFLOWING = """() => {
  const root = document.documentElement
  if (root.scrollWidth <= root.clientWidth) return []
  // A word that is too long leaves its box where it is and runs over it.
  const wide = [...document.querySelectorAll("body *")].filter(item =>
    item.getBoundingClientRect().right > root.clientWidth + 1 || item.scrollWidth > root.clientWidth)
  return wide.map(item => item.outerHTML.slice(0, 200))
}"""


class Journey:
    """A browser of one person. `page` is the tab in use."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.complaints: list[str] = []
        self.refusals: set[int] = set()
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("response", self._watch)
        self.page: Page = context.new_page()

    # ── Going somewhere ─────────────────────────────────────────────────────────────────────────────────────

    def open(self, path: str, *, status: int = 200) -> None:
        """Opens an address, of which this answer is expected."""
        if status >= 400:
            self.refusals.add(status)
        response = self.page.goto(path)
        assert response is not None
        assert response.status == status, f"{path} answers {response.status}"

    def follow(self, words: str) -> None:
        self.page.get_by_role("link", name=words, exact=True).click()

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()

    def fill(self, **answers: str) -> None:
        """Types answers into text boxes, by the label with _ for a space: `fill(First_name="Grace")`."""
        for label, answer in answers.items():
            self.field(label.replace("_", " ")).fill(answer)

    def choose(self, **answers: str) -> None:
        """Chooses options of selects by what they read: `choose(Staff_group="Medical and Dental")`."""
        for label, answer in answers.items():
            self.field(label.replace("_", " ")).select_option(label=answer)

    def field(self, label: str) -> Locator:
        """The control with this label, whether or not the label ends in "(optional)"."""
        return self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}(?: \(optional\))?\s*$"))

    # ── What must hold ──────────────────────────────────────────────────────────────────────────────────────

    def shows(self, heading: str) -> None:
        """We are on the page with this heading, and it is fit for everybody."""
        self.is_on(heading)
        self.then_the_accessibility_baseline_is_met()

    def is_on(self, heading: str) -> None:
        expect(self.page.locator("h1")).to_contain_text(heading)
        expect(self.page).to_have_title(re.compile(rf"^(Error: )?.*{re.escape(heading)} – {_SERVICE}$"))

    def says(self, words: str) -> None:
        expect(self.page.locator("main")).to_contain_text(words)

    def shows_problems(self, heading: str, problems: Mapping[str, str]) -> None:
        """The page of an error: each sentence of the summary leads to the control with the label beside it."""
        self.shows(heading)
        expect(self.page).to_have_title(re.compile("^Error: "))
        summary = self.page.locator(".nhsuk-error-summary")
        expect(summary.get_by_role("listitem")).to_have_text(list(problems))
        messages = self.page.locator(".nhsuk-error-message")
        for sentence, label in problems.items():
            expect(messages.filter(has_text=sentence)).to_have_count(1)
            # The first half of a sentence that goes on with a link to a record.
            summary.get_by_role("listitem").filter(has_text=sentence).get_by_role("link").first.click()
            expect(self.field(label)).to_be_focused()

    def then_the_accessibility_baseline_is_met(self) -> None:
        page = self.page
        found = _AXE.run(page, options=_RULES)
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
        same_words = page.evaluate(_SAME_WORDS_TWO_TARGETS)
        assert not same_words, f"{page.url}: the same words lead to different places: {same_words}"
        window = page.viewport_size
        assert window is not None
        for width in (window["width"], *_NARROW):
            page.set_viewport_size({"width": width, "height": window["height"]})
            self._settle()
            wide = page.evaluate(_OVERFLOWING)
            assert not wide, f"{page.url} at {width} pixels scrolls sideways: {wide}"
            small = page.evaluate(_SMALL_TARGETS)
            assert not small, f"{page.url} at {width} pixels has small targets: {small}"
        page.set_viewport_size(window)

    def _settle(self) -> None:
        """Lets the header's script, which works on the next frame, follow a change of the window."""
        for _ in range(20):
            if not self.page.evaluate(_OVERFLOWING):
                return
            self.page.wait_for_timeout(50)

    def end(self) -> None:
        """Closes the browser; AssertionError if a console said anything, or a request was refused unexpectedly."""
        self.context.close()
        assert not self.complaints, self.complaints

    def _hear(self, message: ConsoleMessage) -> None:
        """Everything on a console is a fault, breaches of the Content-Security-Policy among it."""
        expected = (
            f"Failed to load resource: the server responded with a status of {s}" for s in self.refusals
        )
        if not message.text.startswith(tuple(expected)):
            self.complaints.append(message.text)

    def _watch(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.refusals:
            self.complaints.append(f"{response.status} {response.url}")
