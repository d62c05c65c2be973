"""An HR officer with patience: whoever gets no answer opens the page again and repeats what they did."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum
from threading import Event
from urllib.parse import urlsplit

import requests

from tests.reading import filled_in, link, text
from tests.uploads.crashing.listed import PROBLEMS

_CHOOSE = "/people/invite/many"
_PATIENCE = 90.0
_NO_ANSWER_WITHIN = 10.0
_LOOKS_EVERY = 0.1
_COHORT = {
    "staff_group": "medical-and-dental",
    "employment_type": "permanent-or-fixed-term",
    "employment_status": "new-starter",
}
_NO_ANSWER = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
_UNAVAILABLE = 503


class Stage(IntEnum):
    """How far the officer has come."""

    CHOOSING = 0
    CHECKING = 1
    REVIEWING = 2
    INVITING = 3
    SENDING = 4
    DONE = 5


@dataclass(slots=True)
class Officer:
    """Somebody who is logged in to the portal at `url` with this session cookie.

    `met` counts what they met: answers by status, and how often there was "no answer".
    """

    url: str
    session: str
    stage: Stage = Stage.CHOOSING
    met: Counter[str] = field(default_factory=Counter)
    gives_up: Event = field(default_factory=Event)
    _browser: requests.Session = field(default_factory=requests.Session)

    def invites(self, content: bytes, name: str) -> str:
        """From the question for whom to the page that says that all has gone out; the address of the upload's page."""
        deadline = time.monotonic() + _PATIENCE
        self._browser.cookies.set("session", self.session)
        file = self._sends(_CHOOSE, _COHORT)
        page = self._sends(file.url, {}, {"list_file": (name, content)})
        upload = re.search(r"/people/uploads/[0-9a-f-]{36}", page.url)
        assert upload, f"the file was not taken: {text(page)}"
        self.stage = Stage.CHECKING
        while _path(page) == upload[0]:
            assert time.monotonic() < deadline, "the file is not checked"
            assert "We are checking your file." in text(page), text(page)
            page = self._looks_again(upload[0])
        self.stage = Stage.REVIEWING
        page = self._opens(link(page, f"Continue without these {PROBLEMS} rows"))
        self._sends(link(page, "Continue without duplicates"), {"upload": "yes"})
        self.stage = Stage.INVITING
        while "messages have been handed over" not in text(page):
            assert time.monotonic() < deadline, "the people are not invited"
            page = self._looks_again(upload[0])
        self.stage = Stage.SENDING
        while "Every email and every text message has been handed over." not in text(page):
            assert time.monotonic() < deadline, "the messages are not sent"
            page = self._looks_again(upload[0])
        self.stage = Stage.DONE
        return upload[0]

    def _looks_again(self, path: str) -> requests.Response:
        self.gives_up.wait(_LOOKS_EVERY)
        return self._opens(path)

    def _opens(self, path: str) -> requests.Response:
        """The page, however often it has to be asked for."""
        while (page := self._asks("GET", path)) is None:
            self.gives_up.wait(_LOOKS_EVERY)
        return page

    def _sends(
        self, path: str, answers: dict[str, str], files: dict[str, tuple[str, bytes]] | None = None
    ) -> requests.Response:
        """The page that follows the form of this page; where the form has gone, because it did arrive, what stands
        there now.
        """
        while True:
            form = self._opens(path)
            if _path(form) != urlsplit(path).path:
                return form
            sent = self._asks("POST", path, {**filled_in(form), **answers}, files)
            if sent is not None:
                return sent

    def _asks(
        self,
        method: str,
        path: str,
        data: dict[str, str] | None = None,
        files: dict[str, tuple[str, bytes]] | None = None,
    ) -> requests.Response | None:
        """None where nobody answers, or somebody who says that it cannot be done at the moment."""
        assert not self.gives_up.is_set(), "the officer was sent home"
        where = path if path.startswith("http") else self.url + path
        try:
            page = self._browser.request(method, where, data=data, files=files, timeout=_NO_ANSWER_WITHIN)
        except _NO_ANSWER:
            self.met["no answer"] += 1
            return None
        self.met[str(page.status_code)] += 1
        if page.status_code == _UNAVAILABLE:
            return None
        assert page.status_code == requests.codes.ok, f"{page.status_code}: {text(page)}"
        return page


def _path(page: requests.Response) -> str:
    return urlsplit(page.url).path
