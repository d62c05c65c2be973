"""Files that people send: who may, how much is kept, and for how long.

A view that wants one is marked:

    @requires(Permission.INVITE)
    @takes_files(20 * 1024 * 1024)
    def upload(request): ...

For all other views a file is dropped while it is read.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

View = TypeVar("View", bound=Callable[..., Any])


def takes_files(limit_bytes: int) -> Callable[[View], View]:
    """Marks a view that takes one file of at most so many bytes, from people who are inside a trust."""

    def mark(view: View) -> View:
        view.file_limit = limit_bytes  # type: ignore[attr-defined]  # as Django marks views (csrf_exempt)
        return view

    return mark


class ReceivedFile(UploadedFile):  # type: ignore[type-arg]  # generic for the stubs alone
    """A file as it came. Of one that is `too_big` nothing was kept; `size` is what came, `limit` what may come.

    It is in memory while it is small, then in a temporary file without a name: both are gone when the process
    ends, however it ends.
    """

    def __init__(self, *, size: int, limit: int, **of_file: Any) -> None:
        super().__init__(size=size, **of_file)
        self.limit = limit
        self.too_big = size > limit


class NoFiles(FileUploadHandler):
    """Reads files and keeps nothing. It stands in the settings, so that whoever forgets to ask gets none."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


class OneFile(FileUploadHandler):
    """Keeps the first file as far as the limit. What comes beyond it is read and dropped: a browser that is cut off
    while it sends shows an error of its own in place of our answer.
    """

    def __init__(self, request: HttpRequest, limit: int) -> None:
        super().__init__(request)
        self._limit = limit
        self._files = 0
        self._kept: SpooledTemporaryFile[bytes] | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._files += 1
        if self._files == 1:
            kept = SpooledTemporaryFile(settings.FILE_UPLOAD_MAX_MEMORY_SIZE)  # noqa: SIM115  # Django closes it
            # But not where the rest of the form makes no sense, of which a handler is not told.
            weakref.finalize(self, kept.close)
            self._kept = kept

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._kept is None:
            return
        if start + len(raw_data) > self._limit:
            self._drop()
        else:
            self._kept.write(raw_data)

    def file_complete(self, file_size: int) -> ReceivedFile | None:
        if self._files > 1:
            return None
        kept = self._kept or BytesIO()
        self._kept = None
        kept.seek(0)
        return ReceivedFile(
            file=kept,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
            limit=self._limit,
        )

    def upload_interrupted(self) -> None:
        """The sender went away in the middle: half a list is no list."""
        self._drop()

    def _drop(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None


def prepare(request: HttpRequest, view: Callable[..., Any]) -> None:
    """Settles what becomes of the files of a form, before anything reads it.

    A file is kept for somebody inside a trust alone: the rest of the world makes us store nothing, and read no more
    than an honest form holds. Raises RequestDataTooBig, which Django answers with the page for status 400.
    """
    if "charset" in request.content_params:  # type: ignore[operator]  # the stubs say None, which it never is
        # Our forms are in UTF-8 and say none. Some that can be claimed are no text at all ("hex"), which ends in
        # an error.
        request.encoding = None  # type: ignore[assignment]  # Django's own default
    if request.method != "POST" or request.content_type != "multipart/form-data":
        return
    limit = getattr(view, "file_limit", 0)
    if limit and getattr(request, "membership", None) is not None:
        request.upload_handlers = [OneFile(request, limit)]
    elif _length(request) > limit + (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
        raise RequestDataTooBig("the form is larger than any of ours")


def _length(request: HttpRequest) -> int:
    """How long the sender says the body is; nothing beyond that is read."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
