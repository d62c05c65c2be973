"""Finding the upload that an address names, in the state that a page is for."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from staffpassport.organisations.access import PortalRequest
from staffpassport.uploads.models import Upload
from staffpassport.uploads.states import State


def upload_or_404(request: PortalRequest, upload: UUID) -> Upload:
    """The trust's upload of this id; another trust's is not found."""
    found: Upload | None = Upload.objects.of(request.organisation).filter(pk=upload).first()
    if found is None:
        raise Http404
    found.organisation = request.organisation
    return found


def where_it_stands(upload: Upload) -> HttpResponse:
    """To the page of the upload's state, for whoever asks for a step that is over, or not yet there."""
    return redirect("upload-state", upload=upload.pk)


def to_review(upload: Upload) -> bool:
    """Whether HR can still say yes or no to it."""
    return upload.state == State.TO_REVIEW
