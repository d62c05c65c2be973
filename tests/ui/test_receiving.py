"""Files that people send: kept for a view that takes one, from people inside a trust, up to a limit."""

from __future__ import annotations

import tempfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from staffpassport.ui import receiving
from tests.ui import pages
from tests.ui.html import element, elements, text

BOUNDARY = "the-boundary"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
LIMIT = pages.FILE_LIMIT
KIB = 1024


def part(name: str, content: bytes, filename: str | None = None, more: str = "") -> bytes:
    """One part of a form as a browser sends it."""
    named = f'; filename="{filename}"' if filename is not None else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n{more}\r\n'
    return head.encode() + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def post(client: Client, body: bytes, where: str = "/upload/", kind: str = MULTIPART, **more: Any) -> Any:
    return client.generic("POST", where, body, content_type=kind, **more)


def chosen(content: bytes, name: str = "list.csv") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content), "note": "Trust's own"}


def said(answer: Any) -> str:
    """The first sentence of the page that took a file."""
    return text(answer.content.decode().partition("<h1")[2])


@pytest.fixture
def written_to_disk(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The temporary files that were made for what is kept."""
    made: list[Any] = []

    class Watched(tempfile.SpooledTemporaryFile[bytes]):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            made.append(self)

    monkeypatch.setattr(receiving, "SpooledTemporaryFile", Watched)
    return made


@pytest.mark.parametrize("size", [0, 1, 3000 * KIB, LIMIT])
def test_a_file_arrives_as_it_was_sent_up_to_the_limit(hr: Client, size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    answer = hr.post("/upload/", chosen(content[:size]))
    assert f"list.csv, {size} bytes, {pages.digest(content[:size])}, note Trust's own" in said(answer)


def test_a_large_file_is_on_the_disk_and_a_small_one_is_not(hr: Client, written_to_disk: list[Any]) -> None:
    hr.post("/upload/", chosen(b"x" * 2000 * KIB))
    hr.post("/upload/", chosen(b"x" * 3000 * KIB))
    assert [kept._rolled for kept in written_to_disk] == [False, True]
    assert all(kept.closed for kept in written_to_disk), "and is gone when the answer is out"


@pytest.mark.parametrize("size", [LIMIT + 1, 3 * LIMIT])
def test_a_file_beyond_the_limit_is_refused_in_a_sentence(
    hr: Client, written_to_disk: list[Any], size: int
) -> None:
    answer = hr.post("/upload/", chosen(b"x" * size))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert '<a href="#id_file">The file must be smaller than 4MB</a>' in html
    assert element(html, "id_file-error")
    assert element(html, "id_note")["value"] == "Trust's own", "what else was typed is not lost"
    assert all(kept.closed for kept in written_to_disk)


def test_of_a_file_beyond_the_limit_nothing_is_kept(written_to_disk: list[Any]) -> None:
    handler = receiving.OneFile(None, 100)  # type: ignore[arg-type]  # it never looks at the request
    handler.new_file("file", "list.csv", "text/csv", None)
    for start in range(0, 1000, 50):
        handler.receive_data_chunk(b"x" * 50, start)
    file = handler.file_complete(1000)
    assert file is not None
    assert (file.too_big, file.read()) == (True, b"")
    assert written_to_disk[0].closed


def test_nothing_chosen_is_said_at_the_field(hr: Client) -> None:
    for body in (form(part("note", b"x")), form(part("file", b"", "")), form(part("file", b"text"))):
        assert '<a href="#id_file">Choose a file to upload</a>' in post(hr, body).content.decode()


def test_a_form_that_forgot_to_say_multipart_is_a_form_without_a_file(hr: Client) -> None:
    answer = hr.post("/upload/", "file=list.csv", content_type="application/x-www-form-urlencoded")
    assert "Choose a file to upload" in answer.content.decode()


def test_only_the_first_file_counts(hr: Client, written_to_disk: list[Any]) -> None:
    body = form(part("file", b"first", "1.csv"), part("file", b"second", "2.csv"), part("x", b"y", "3.csv"))
    assert f"1.csv, 5 bytes, {pages.digest(b'first')}" in said(post(hr, body))
    assert len(written_to_disk) == 1


def test_a_view_that_does_not_ask_gets_no_file(hr: Client, written_to_disk: list[Any]) -> None:
    assert "Choose a file to upload" in hr.post("/upload/unasked/", chosen(b"x")).content.decode()
    assert written_to_disk == []


def test_whoever_is_not_inside_makes_us_keep_nothing(client: Client, written_to_disk: list[Any]) -> None:
    assert "Choose a file to upload" in client.post("/upload/", chosen(b"x" * 100)).content.decode()
    assert client.post("/upload/", chosen(b"x" * LIMIT)).status_code == 200
    assert written_to_disk == []


@pytest.mark.parametrize(
    ("who", "where", "most"),
    [
        ("", "/upload/", LIMIT + 1024 * KIB),
        ("", "/upload/unasked/", 1024 * KIB),
        ("hr", "/upload/unasked/", 1024 * KIB),
    ],
)
def test_what_nobody_honest_sends_is_not_even_read(client: Client, who: str, where: str, most: int) -> None:
    """Else anybody could keep all our threads at reading, at no cost but their own line."""
    if who:
        client.cookies["who"] = who
    read: list[int] = []

    class Sender:
        def read(self, size: int = -1) -> bytes:
            read.append(size)
            return b""

        readline = read

    request = {"wsgi.input": Sender(), "CONTENT_LENGTH": str(most + 1), "CONTENT_TYPE": MULTIPART}
    answer = client.generic("POST", where, **request)  # type: ignore[arg-type]
    assert answer.status_code == 400
    assert "Sorry, we could not read that request" in text(answer.content.decode())
    assert read == []
    assert client.generic("POST", where, **{**request, "CONTENT_LENGTH": str(most)}).status_code != 400  # type: ignore[arg-type]
    assert read


def test_a_file_cut_off_in_the_middle_is_no_file(hr: Client, written_to_disk: list[Any]) -> None:
    whole = form(part("note", b"x"), part("file", b"Ann,Lee\r\n" * 1000, "list.csv"))
    answer = post(hr, whole[:-2000])
    assert "Choose a file to upload" in answer.content.decode()
    assert all(kept.closed for kept in written_to_disk)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", form(part("file", b"x", "a.csv"))),
        ("multipart/form-data; boundary=", form(part("file", b"x", "a.csv"))),
        ("multipart/form-data; boundary=é", form(part("file", b"x", "a.csv"))),
        (MULTIPART, form(part("file", b"!!!!!", "a.csv", "Content-Transfer-Encoding: base64\r\n"))),
        (MULTIPART, form(part("file", b"x", "a.csv", "X: " + "y" * 5000 + "\r\n"))),
        (MULTIPART, form(part("note", b"x" * 1100 * KIB))),
        (MULTIPART, form(*(part(f"n{i}", b"x") for i in range(600)))),
        (MULTIPART, form(*(part(f"n{i}", b"x", "a.csv") for i in range(200)))),
    ],
    ids=["no boundary", "empty boundary", "odd boundary", "base64", "head", "text", "fields", "files"],
)
def test_a_form_that_makes_no_sense_gets_our_page(hr: Client, kind: str, body: bytes) -> None:
    answer = post(hr, body, kind=kind)
    assert answer.status_code == 400
    assert "Sorry, we could not read that request" in text(answer.content.decode())


@pytest.mark.parametrize("charset", ["hex", "rot13", "undefined", "idna", "utf-16", "no-such"])
def test_a_claimed_alphabet_is_not_believed(hr: Client, charset: str) -> None:
    """Python's "hex" turns text into an error 500."""
    body = form(part("note", "Zoë".encode()), part("file", b"x", "a.csv"))
    assert "note Zoë" in said(post(hr, body, kind=f"{MULTIPART}; charset={charset}"))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.one_of(
        st.binary(max_size=300),
        st.lists(
            st.sampled_from(
                [
                    f"--{BOUNDARY}".encode(),
                    b"--",
                    b"\r\n",
                    b"\n",
                    b'Content-Disposition: form-data; name="file"; filename="a.csv"',
                    b'Content-Disposition: form-data; name="note"',
                    b"Content-Disposition: form-data; filename*=utf-8''%ff; name=file",
                    b"Content-Transfer-Encoding: base64",
                    b"Content-Type: text/csv; charset=hex",
                    b"a" * 70_000,
                    b"\x00\xff",
                ]
            ),
            max_size=20,
        ).map(b"".join),
    )
)
def test_any_bytes_are_answered(hr: Client, body: bytes) -> None:
    assert post(hr, body).status_code in (200, 400)


def test_the_page_says_what_kinds_of_file_it_takes_and_how_they_are_sent(hr: Client) -> None:
    html = hr.get("/upload/").content.decode()
    (sent,) = [tag for tag in elements(html, "form") if tag.get("action") == "/upload/"]
    assert (sent["method"], sent["enctype"]) == ("post", "multipart/form-data")
    control = element(html, "id_file")
    assert (control["type"], control["accept"]) == ("file", ".csv,.xlsx")
    assert control["aria-describedby"] == "id_file-hint"
    assert "multiple" not in control.attributes
    question = hr.get("/question/").content.decode()
    assert "enctype" not in question


@override_settings(FILE_UPLOAD_MAX_MEMORY_SIZE=0)
def test_a_handler_closes_what_it_kept_when_the_sender_goes_away(written_to_disk: list[Any]) -> None:
    handler = receiving.OneFile(None, 100)  # type: ignore[arg-type]
    handler.new_file("file", "list.csv", "text/csv", None)
    handler.receive_data_chunk(b"x", 0)
    handler.upload_interrupted()
    assert written_to_disk[0].closed
