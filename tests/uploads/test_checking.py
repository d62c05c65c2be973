"""From a file that has arrived to a plan that HR can review."""

from __future__ import annotations

import pytest

from staffpassport.audit.models import Event, Kind
from staffpassport.audit.record import Actor
from staffpassport.messaging.models import Message
from staffpassport.organisations.models import Organisation
from staffpassport.passports.models import StaffPassport
from staffpassport.roster import reading
from staffpassport.uploads import checking, duties, files, plan
from staffpassport.uploads.models import Upload, UploadFile, UploadRow
from staffpassport.uploads.states import Outcome, State
from tests import making
from tests.uploads.lists import HEADINGS, as_csv, checked, people, person, sent

pytestmark = pytest.mark.django_db


def outcomes(upload: Upload) -> dict[int, str]:
    rows = UploadRow.objects.of(upload.organisation).filter(upload_id=upload.pk)
    return dict(rows.order_by("number").values_list("number", "outcome"))


def row(upload: Upload, number: int) -> UploadRow:
    found: UploadRow = UploadRow.objects.of(upload.organisation).get(upload_id=upload.pk, number=number)
    return found


def test_a_list_without_mistakes_is_to_be_reviewed_and_invites_nobody(trust: Organisation) -> None:
    upload = checked(trust, people(3))
    assert upload.state == State.TO_REVIEW
    assert (upload.rows, upload.to_invite, upload.left_out, upload.blank) == (3, 3, 0, 0)
    assert len(upload.plan_hash) == 64
    assert not StaffPassport.everywhere.exists()
    assert not Message.everywhere.exists()


def test_rows_are_numbered_as_the_spreadsheet_numbers_them(trust: Organisation) -> None:
    blank = [""] * 7
    upload = checked(trust, [person(), blank, person(email="nobody"), blank, person(), blank, blank])
    assert outcomes(upload) == {2: Outcome.TO_INVITE, 4: Outcome.PROBLEM, 6: Outcome.TO_INVITE}
    assert (upload.rows, upload.to_invite, upload.problems, upload.blank) == (5, 2, 1, 2)


def test_a_problem_keeps_what_the_cell_holds_and_where(trust: Organisation) -> None:
    upload = checked(trust, [person(email="zoe.example.com", phone="0207 946 0000")])
    remarks = row(upload, 2).remarks
    assert remarks is not None
    assert [(name, column, value) for name, column, value, _ in remarks["problems"]] == [
        ("email", "D", "zoe.example.com"),
        ("phone", "E", "0207 946 0000"),
    ]
    assert remarks["cells"]["first_name"] == "Amara"
    assert row(upload, 2).email is None


def test_problems_are_counted_by_kind_with_the_first_row_of_each(trust: Organisation) -> None:
    upload = checked(trust, [person(email=""), person(), person(email=""), person(phone="123 abc")])
    kinds = [(kind["field"], kind["rows"], kind["first"]) for kind in upload.problem_kinds]
    assert kinds == [("email", 2, 2), ("phone", 1, 5)]


def test_rows_that_agree_count_once_and_rows_that_differ_are_a_problem_of_each(trust: Organisation) -> None:
    twice, shared = person(), "shared@example.com"
    upload = checked(trust, [twice, twice, person(email=shared), person(email=shared)])
    assert outcomes(upload) == {
        2: Outcome.TO_INVITE,
        3: Outcome.DUPLICATE,
        4: Outcome.PROBLEM,
        5: Outcome.PROBLEM,
    }
    assert row(upload, 3).remarks == {"same_as": [2]}
    assert (row(upload, 4).remarks or {})["same_as"] == [5]


def test_whoever_has_a_passport_of_the_trust_is_a_duplicate_by_email_or_phone(trust: Organisation) -> None:
    one = making.passport(trust, email="known@example.com")
    two = making.passport(trust, phone="+447911123456")
    upload = checked(
        trust,
        [person(email="KNOWN@Example.com"), person(phone="07911 123456"), person()],
    )
    assert outcomes(upload) == {2: Outcome.DUPLICATE, 3: Outcome.DUPLICATE, 4: Outcome.TO_INVITE}
    assert row(upload, 2).remarks == {"known": {"email": str(one.pk)}}
    assert row(upload, 3).remarks == {"known": {"phone": str(two.pk)}}


def test_one_row_may_be_two_peoples_duplicate(trust: Organisation) -> None:
    one = making.passport(trust, email="known@example.com")
    two = making.passport(trust, phone="+447911123456")
    upload = checked(trust, [person(email="known@example.com", phone="07911 123456")])
    assert row(upload, 2).remarks == {"known": {"email": str(one.pk), "phone": str(two.pk)}}
    assert upload.duplicates == 1


def test_another_trusts_people_are_nobodys_duplicates(trust: Organisation, other_trust: Organisation) -> None:
    making.passport(other_trust, email="known@example.com", phone="+447911123456")
    upload = checked(trust, [person(email="known@example.com", phone="07911 123456")])
    assert outcomes(upload) == {2: Outcome.TO_INVITE}


def test_columns_that_are_not_needed_are_named_and_kept_nowhere(trust: Organisation) -> None:
    upload = checked(trust, as_csv([[*person(), "QQ123456C"]], [*HEADINGS, "NI number"]))
    assert upload.ignored_headings == ["NI number"]
    kept = repr(list(UploadRow.everywhere.values()))
    assert "QQ123456C" not in kept


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (as_csv([]), "no people"),
        (as_csv([["Amara"]], ["First name"]), "Email address"),
        (as_csv([[*person(), "x@example.com"]], [*HEADINGS, "Email address"]), "Email"),
    ],
    ids=["empty", "pdf", "nobody", "a heading missing", "a heading twice"],
)
def test_a_file_that_is_no_list_is_refused_in_a_sentence(
    trust: Organisation, content: bytes, words: str
) -> None:
    upload = checked(trust, content)
    assert upload.state == State.REFUSED
    assert words in upload.sentence
    assert not UploadFile.everywhere.exists()
    assert not UploadRow.everywhere.exists()
    assert Event.objects.filter(kind=Kind.UPLOAD_REFUSED, subject=str(upload.pk)).count() == 1


def test_the_bytes_in_the_database_are_sealed_and_bound_to_their_upload(trust: Organisation) -> None:
    one, two = sent(trust, people(1)), sent(trust, people(1))
    raw = bytes(UploadFile.everywhere.get(upload=one).content)
    assert b"example.com" not in raw
    assert b"example.com" in files.content_of(one)
    UploadFile.everywhere.filter(upload=two).update(content=raw)
    with pytest.raises(files.FileGoneError):
        files.content_of(two)


def test_an_old_key_still_opens_what_it_sealed(trust: Organisation, settings: object) -> None:
    old = settings.UPLOAD_KEYS[0]  # type: ignore[attr-defined]
    upload = sent(trust, people(1))
    settings.UPLOAD_KEYS = ["a new key for uploads of the tests 01234", old]  # type: ignore[attr-defined]
    assert b"example.com" in files.content_of(upload)


def test_a_second_click_is_the_same_upload(trust: Organisation) -> None:
    content = as_csv(people(2))
    assert sent(trust, content).pk == sent(trust, content).pk
    assert Upload.everywhere.count() == 1
    assert Event.objects.filter(kind=Kind.UPLOAD_RECEIVED).count() == 1


def test_a_worker_that_died_in_the_middle_leaves_no_half_plan(
    trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of the first try stand there when the second comes."""
    monkeypatch.setattr(plan, "_AT_ONCE", 2)
    upload = sent(trust, [*people(5), person(email="wrong")])

    def dies(*_: object, **__: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(checking, "move", dies)
        with pytest.raises(MemoryError):
            checking.check(upload)
    assert UploadRow.everywhere.count() == 6
    upload.refresh_from_db()
    assert upload.state == State.CHECKING
    checking.check(upload)
    upload.refresh_from_db()
    assert (upload.state, upload.rows, upload.to_invite) == (State.TO_REVIEW, 6, 5)
    assert UploadRow.everywhere.count() == 6


def test_a_file_that_ends_the_worker_three_times_fails_with_a_sentence_and_holds_up_nobody(
    trust: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = sent(trust, people(1), name="bad.csv"), sent(trust, people(2))
    real = reading.read

    def read(content: bytes, name: str) -> object:
        if name == "bad.csv":
            raise MemoryError
        return real(content, name)

    monkeypatch.setattr(checking, "read", read)
    for _ in range(5):
        try:
            duties.check_one()
        except MemoryError:
            continue
    bad.refresh_from_db()
    good.refresh_from_db()
    assert good.state == State.TO_REVIEW
    assert bad.state == State.FAILED
    assert "on our side" in bad.sentence
    assert bad.attempts == 4


def test_a_cancelled_upload_is_not_checked_behind_hrs_back(trust: Organisation) -> None:
    from staffpassport.uploads import actions

    upload = sent(trust, people(1))
    assert actions.cancel(upload, by=making.BY)
    checking.check(upload)
    upload.refresh_from_db()
    assert upload.state == State.CANCELLED


def test_checking_again_changes_nothing(trust: Organisation) -> None:
    upload = checked(trust, people(2))
    plan_hash, changed_at = upload.plan_hash, upload.state_changed_at
    checking.check(upload)
    upload.refresh_from_db()
    assert (upload.plan_hash, upload.state_changed_at, upload.attempts) == (plan_hash, changed_at, 1)


def test_the_plans_hash_tells_two_plans_apart(trust: Organisation) -> None:
    rows = people(2)
    one = checked(trust, rows, name="one.csv")
    making.passport(trust, email=rows[0][3])
    actions_by = Actor.task("somebody else")
    two = checked(trust, rows, name="two.csv", by=actions_by)
    assert one.plan_hash != two.plan_hash
