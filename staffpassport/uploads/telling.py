"""Every bulk invitation is told to the senior administrators: who invited how many and when, and nobody else's name."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from staffpassport.accounts.administrators import email_to_each, senior_administrators
from staffpassport.messaging.composers import Composed, Content, NoLongerWanted, ToCompose
from staffpassport.messaging.outbox import enqueue
from staffpassport.ui.formats import date_and_time, people
from staffpassport.uploads.models import Upload

PURPOSE = "upload-confirmed"

_SUBJECT = "{how_many} invited with a list by {trust}"
# Not the file's name, which somebody may have named after a member of staff.
_BODY = """\
Hello,

On {when}, {by} confirmed a list in the Digital Staff Passport portal of {trust}. By it, {how_many} will be invited.

See how far it has come, or stop it:
{link}

You get this email because you are a senior portal administrator of {trust}.
"""


def tell_of(upload: Upload) -> None:
    """Queues an e-mail to each of them, in the transaction in which the upload is confirmed."""
    administrators = senior_administrators(upload.organisation)
    enqueue(email_to_each(administrators, purpose=PURPOSE, about=upload.pk))


def compose(messages: Sequence[ToCompose]) -> dict[UUID, Composed]:
    """What was confirmed, in one query a batch."""
    found = Upload.everywhere.filter(pk__in={message.about for message in messages})
    uploads = {str(upload.pk): upload for upload in found.select_related("organisation")}
    return {message.id: _content(uploads.get(message.about)) for message in messages}


def _content(upload: Upload | None) -> Composed:
    if upload is None:
        return NoLongerWanted("upload-gone")
    facts = {
        "how_many": people(upload.to_invite),
        "when": date_and_time(upload.confirmed_at),
        "by": upload.confirmed_by_name,
        "trust": upload.organisation,
        "link": settings.BASE_URL + reverse("upload-state", args=[upload.pk]),
    }
    return Content(subject=_SUBJECT.format_map(facts), body=_BODY.format_map(facts))
