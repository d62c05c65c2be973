"""A person's way through the portal in a browser, with what must hold on every page it passes.

Whatever leads to another page goes through `follow`, `press` or `leave_by`, which wait until that page is there, whole:
what a test reads next is neither the page before nor the empty one in between. Whoever leaves a page in another way
(`journey.page.get_by_role("link").click()`) fails at the end of the journey.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Locator,
    Page,
    Request,
    Response,
    ViewportSize,
    expect,
)

DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
# 320 is a window of 1280 pixels at 400 %.
_NARROW = (390, 320)

# Its script fetches it again and again, and follows it to where it has gone.
_MOVES_BY_ITSELF = re.compile(r"/people/(uploads|batches)/[^/]+$")

_SERVICE = "Digital Staff Passport"
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


def leave_by(what: Locator) -> None:
    """Clicks what leads to another page, and waits until that one is there, whole."""
    with what.page.expect_navigation():
        what.click()


def assert_no_violations(page: Page) -> None:
    """By axe, of which only what is wrong is handed over: all that is right takes longer than finding it out."""
    page.evaluate(AXE_SCRIPT)
    violations = page.evaluate("rules => axe.run(rules).then(found => found.violations)", _RULES)
    assert not violations, f"{page.url}\n{AxeResults({'violations': violations}).generate_report()}"


class Journey:
    """A browser of one person. `page` is the tab in use."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.complaints: list[str] = []
        self.refusals: set[int] = set()
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("dialog", self._refuse)
        context.on("response", self._watch)
        context.on("request", self._see_it_was_waited_for)
        self._leaving = False
        self.page: Page = context.new_page()

    # ── Going somewhere ─────────────────────────────────────────────────────────────────────────────────────

    def open(self, path: str, *, status: int = 200) -> None:
        """Opens an address, of which this answer is expected."""
        if status >= 400:
            self.refusals.add(status)
        with self.going():
            response = self.page.goto(path)
        assert response is not None
        assert response.status == status, f"{path} answers {response.status}"

    def follow(self, words: str) -> None:
        """Follows a link to another page."""
        self.leave_by(self.page.get_by_role("link", name=words, exact=True))

    def press(self, words: str) -> None:
        """Presses a button that sends a form. One that stays on the page is pressed with `press_here`."""
        self.leave_by(self.button(words))

    def press_here(self, words: str) -> None:
        """Presses a button of a script: this page stays."""
        self.button(words).click()

    def leave_by(self, what: Locator) -> None:
        """Clicks what leads to another page."""
        with self.going():
            leave_by(what)

    def reload(self) -> None:
        with self.going():
            self.page.reload()

    def go_back(self) -> None:
        with self.going():
            self.page.go_back()

    def into_a_new_window(self, words: str) -> None:
        """Follows a link that opens a window, which is the one in use from then on."""
        with self.going():
            with self.context.expect_page() as opened:
                self.page.get_by_role("link", name=words, exact=True).click()
            self.page = opened.value
            self.page.wait_for_load_state()

    def download(self, words: str) -> tuple[str, bytes]:
        """The name and the bytes of the file that a link hands out, whose words may go on with its kind and size."""
        with self.going(), self.page.expect_download() as taken:
            self.page.get_by_role("link", name=re.compile(rf"^{re.escape(words)}(?: \(.*\))?$")).click()
        return taken.value.suggested_filename, taken.value.path().read_bytes()

    @contextmanager
    def leaving(self) -> Iterator[None]:
        """The block leaves the page; at its end the next one is there."""
        with self.going(), self.page.expect_navigation():
            yield

    @contextmanager
    def going(self) -> Iterator[None]:
        """The block goes somewhere and waits itself until it is there."""
        self._leaving = True
        yield
        self._leaving = False

    # ── What is on the page ─────────────────────────────────────────────────────────────────────────────────

    def fill(self, **answers: str) -> None:
        """Types answers into text boxes, by the label with _ for a space: `fill(First_name="Grace")`."""
        for label, answer in answers.items():
            self.field(label.replace("_", " ")).fill(answer)

    def choose(self, **answers: str) -> None:
        """Chooses options of selects by what they read: `choose(Staff_group="Medical and Dental")`."""
        for label, answer in answers.items():
            self.field(label.replace("_", " ")).select_option(label=answer)

    def button(self, words: str) -> Locator:
        return self.page.get_by_role("button", name=words, exact=True)

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
        # A page that came by itself has its heading before it is whole.
        self.page.wait_for_load_state()

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
        page.wait_for_load_state()
        assert_no_violations(page)
        same_words = page.evaluate(_SAME_WORDS_TWO_TARGETS)
        assert not same_words, f"{page.url}: the same words lead to different places: {same_words}"
        window = page.viewport_size
        assert window is not None
        for width in dict.fromkeys((window["width"], *_NARROW)):
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

    def _refuse(self, dialog: Dialog) -> None:
        """No page asks anything by a box of the browser's own."""
        self.complaints.append(f"{dialog.type}: {dialog.message}")
        dialog.dismiss()

    def _see_it_was_waited_for(self, request: Request) -> None:
        """A page that moves goes to the next by itself; whoever tests it waits for that one's heading."""
        if self._leaving or not request.is_navigation_request():
            return
        page = request.frame.page
        if not _MOVES_BY_ITSELF.search(page.url):
            self.complaints.append(
                f"nobody waits for {request.url}, to which {page.url} leads: see `leave_by`"
            )

    def _watch(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.refusals:
            self.complaints.append(f"{response.status} {response.url}")
