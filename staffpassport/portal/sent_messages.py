"""Sent messages: what the practice provider delivered, in place of an inbox and a phone. Only in practice mode."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render

from staffpassport.messaging.models import PracticeMessage
from staffpassport.organisations.access import Permission, PortalRequest, requires
from staffpassport.ui.paging import page_by_key

_A_PAGE = 10


@requires(Permission.SEE_PASSPORTS)
def sent_messages(request: PortalRequest) -> HttpResponse:
    """What people of this trust would have found in their inbox and on their phone, newest first."""
    if not settings.PRACTICE_MODE:
        raise Http404
    delivered = PracticeMessage.objects.of(request.organisation)
    page = page_by_key(delivered, request.GET, size=_A_PAGE)
    return render(request, "portal/sent_messages.jinja", {"page": page})
