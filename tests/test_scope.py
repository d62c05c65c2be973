"""The look at every page's queries sees what it is there for."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import include, path
from uuid_utils.compat import uuid7

from staffpassport.organisations.access import Permission, PortalRequest, requires
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from tests.checking import CheckingClient

SOMEBODY = uuid7()


@requires(Permission.SEE_PASSPORTS)
def scoped(request: PortalRequest) -> HttpResponse:
    return HttpResponse(
        str(StaffPassport.objects.of(request.organisation).filter(pk=SOMEBODY).exists()),
        content_type="text/plain",
    )


@requires(Permission.SEE_PASSPORTS)
def by_id_alone(request: PortalRequest) -> HttpResponse:
    return HttpResponse(str(StaffPassport.everywhere.filter(pk=SOMEBODY).exists()), content_type="text/plain")


@requires(Permission.SEE_PASSPORTS)
def of_another_trust(request: PortalRequest) -> HttpResponse:
    other = Organisation.objects.exclude(pk=request.organisation.pk).get()
    return HttpResponse(
        str(StaffPassport.objects.of(other).update(preferred_name="Sam")), content_type="text/plain"
    )


urlpatterns = [
    path("", include("staffpassport.urls")),
    path("scoped", scoped),
    path("by-id", by_id_alone),
    path("of-another", of_another_trust),
]


@override_settings(ROOT_URLCONF=__name__)
def test_a_page_that_asks_past_its_trust_fails_whatever_test_fetches_it(
    portal: CheckingClient, other_trust: Organisation
) -> None:
    assert portal.get("/scoped").content == b"False"
    for where in ("/by-id", "/of-another"):
        with pytest.raises(AssertionError, match="more than its trust's own"):
            portal.get(where)
