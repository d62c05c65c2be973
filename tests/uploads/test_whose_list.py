"""A list belongs to the trust of whoever uploads it, whatever it says."""

from __future__ import annotations

import pytest

from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from tests.uploads import lists

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("heading", ["organisation", "organisation_id", "Trust", "ODS code", "Upload", "id"])
def test_no_value_of_a_list_names_another_trust(
    trust: Organisation, other_trust: Organisation, heading: str
) -> None:
    value = other_trust.ods_code if heading == "ODS code" else str(other_trust.pk)
    upload = lists.done(trust, lists.as_csv([[*lists.person(), value]], [*lists.HEADINGS, heading]))
    assert upload.ignored_headings == [heading]
    assert StaffPassport.objects.of(trust).count() == 1
    assert not StaffPassport.objects.of(other_trust).exists()
    assert not StaffPassport.everywhere.filter(pk=other_trust.pk).exists()
