"""E-mail addresses: the fast path never disagrees with the library, and no address of the NHS is refused."""

import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from staffpassport.roster import emails, sentences
from staffpassport.roster.values import Mistake, email_address, email_key

from .texts import anything, nearly_emails, outcome, sentence_of


@pytest.mark.parametrize(
    "address",
    [
        "jo@nhs.net", "jo.o'neill@sth.nhs.uk", "jo-ann_b+staff@wales.nhs.uk", "jo@hscni.net",
        "jo@nhs.scot", "jo@secure.cjsm.net", "jo@example.com", "jo@example.org", "jo@trust.example",
        "jo@trust.test", "J.Bloggs@nhs.net", "1@a-b.co", "#jo!$%&*/=?^`{|}~@nhs.net",
        "jo@bücher.example", "jo@例え.example", f"{'a' * 64}@nhs.net", "INFO@nhs.net",
    ],
)  # fmt: skip
def test_an_address_is_kept_as_it_is(address: str) -> None:
    assert email_address(address) == address


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("  jo@nhs.net\n", "jo@nhs.net"),
        ("\ufeffjo@nhs\u200b.net\u00a0", "jo@nhs.net"),
        ("Jo@NHS.Net", "Jo@nhs.net"),
        ("jo@BÜCHER.example", "jo@bücher.example"),
        ("jo@xn--bcher-kva.example", "jo@bücher.example"),
        ("mailto:jo@nhs.net", "jo@nhs.net"),
        ("MAILTO:jo@nhs.net?subject=Hello", "jo@nhs.net"),
        ("Jo Bloggs <jo@nhs.net>", "jo@nhs.net"),
        ('"BLOGGS, Jo (STH)" <jo@nhs.net>;', "jo@nhs.net"),
        ("<jo@nhs.net>", "jo@nhs.net"),
        ("jo@nhs.net <mailto:jo@nhs.net>", "jo@nhs.net"),
        ("Jo Bloggs <jo@nhs.net", "jo@nhs.net"),
        ("jo@nhs.net;", "jo@nhs.net"),
        ("jo@nhs.net.", "jo@nhs.net"),
        ("'jo@nhs.net'", "jo@nhs.net"),
        ("'jo@nhs.net", "jo@nhs.net"),
        ("jo.o’neill@nhs.net", "jo.o'neill@nhs.net"),
        ("anne‑marie@nhs.net", "anne-marie@nhs.net"),
        ("jo＠nhs.net", "jo@nhs.net"),
    ],
)
def test_what_lists_and_mail_programs_put_around_an_address_is_taken_off(typed: str, address: str) -> None:
    assert email_address(typed) == address


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", sentences.EMAIL_MISSING),
        (" \u200b", sentences.EMAIL_MISSING),
        ("jo.nhs.net", sentences.EMAIL_WITHOUT_AT),
        ("Jo Bloggs", sentences.EMAIL_WITHOUT_AT),
        ("jo@@nhs.net", sentences.EMAIL_WITH_TWO_ATS),
        ("jo@nhs.net@nhs.net", sentences.EMAIL_WITH_TWO_ATS),
        ("jo@nhs.net; al@nhs.net", sentences.EMAIL_SEVERAL),
        ("jo@nhs.net al@nhs.net", sentences.EMAIL_SEVERAL),
        ("jo@nhs.net\nal@nhs.net", sentences.EMAIL_SEVERAL),
        ("jo@nhs.net/al@nhs.net", sentences.EMAIL_SEVERAL),
        ("jo@nhs.net<al@nhs.net>", sentences.EMAIL_SEVERAL),
        ("Jo <jo@nhs.net>; Al <al@nhs.net>", sentences.EMAIL_SEVERAL),
        ("jo bloggs@nhs.net", sentences.EMAIL_WITH_SPACES),
        ("jo@nhs .net", sentences.EMAIL_WITH_SPACES),
        ("jo@nhs,net", sentences.EMAIL_WITH_COMMA),
        ("zoë@nhs.net", sentences.EMAIL_WITH_ACCENTS),
        ("jo@nhs", sentences.EMAIL_WITHOUT_ENDING),
        ("jo@test", sentences.EMAIL_WITHOUT_ENDING),
        ("jo@", sentences.EMAIL_FORMAT),
        ("@nhs.net", sentences.EMAIL_FORMAT),
        ("jo@nhs..net", sentences.EMAIL_FORMAT),
        ("jo..b@nhs.net", sentences.EMAIL_FORMAT),
        (".jo@nhs.net", sentences.EMAIL_FORMAT),
        ("jo.@nhs.net", sentences.EMAIL_FORMAT),
        ("jo@-nhs.net", sentences.EMAIL_FORMAT),
        ("jo@nhs_net.uk", sentences.EMAIL_FORMAT),
        ("jo@10.0.0.1", sentences.EMAIL_FORMAT),
        ("jo@[10.0.0.1]", sentences.EMAIL_FORMAT),
        ("jo@nhs.n", sentences.EMAIL_FORMAT),
        ("jo@nhs.n3t", sentences.EMAIL_FORMAT),
        (f"{'a' * 65}@nhs.net", sentences.EMAIL_NAME_TOO_LONG),
        (f"jo@{'a.' * 130}net", sentences.EMAIL_TOO_LONG),
        ("x" * 100_000 + "@nhs.net", sentences.EMAIL_TOO_LONG),
    ],
)
def test_each_slip_has_its_own_sentence(typed: str, sentence: str) -> None:
    assert sentence_of(lambda: email_address(typed)) == sentence


@pytest.mark.parametrize("ending", ["local", "LOCAL", "invalid", "localhost", "onion", "arpa"])
def test_an_ending_no_server_outside_can_reach_is_refused_by_name(ending: str) -> None:
    sentence = sentence_of(lambda: email_address(f"jbloggs@sth.{ending}"))
    assert sentence == sentences.EMAIL_NOT_PUBLIC.format(ending=ending.lower())


def test_an_address_may_have_254_characters() -> None:
    address = f"{'a' * 60}@{'b' * 63}.{'c' * 63}.{'d' * 61}.net"
    assert len(address) == 254
    assert email_address(address) == address
    assert sentence_of(lambda: email_address("a" + address)) == sentences.EMAIL_TOO_LONG


# Wider than the pattern itself, so that a pattern made too generous is caught.
plausible = st.builds(
    "{}@{}.{}".format,
    st.text(alphabet="aZ09_+.'-!é", min_size=1, max_size=12) | st.sampled_from(["Info", "www", "Postmaster"]),
    st.text(alphabet="aZ09-._ß", min_size=1, max_size=16)
    | st.sampled_from(["nhs", "xn--bcher-kva", "ab--c", "a_b"]),
    st.sampled_from(["net", "uk", "Test", "local", "Invalid", "onion", "arpa", "localhost", "c", "a1"])
    | st.text(alphabet="aZé0-", min_size=1, max_size=6),
)


@given(plausible)
def test_where_the_pattern_says_yes_the_library_gives_the_same_address(text: str) -> None:
    if len(text) > 64 or not emails._PLAIN.fullmatch(text):
        return
    library = validate_email(
        text, check_deliverability=False, test_environment=True, allow_smtputf8=False, strict=True
    )
    ours = email_address(text)
    assert ours == emails._read(text)
    local, _, domain = ours.partition("@")
    assert domain == library.domain == library.ascii_domain
    # The one difference: the library writes shared mailboxes ("Info") in lower case.
    assert library.local_part in (local, local.lower())
    assert email_key(text) == library.normalized.lower()


@given(anything | nearly_emails)
def test_any_text_is_an_address_or_a_mistake_and_an_address_stays_itself(text: str) -> None:
    address = outcome(lambda: email_address(text))
    if isinstance(address, Mistake):
        return
    assert isinstance(address, str)
    assert email_address(address) == address
    assert len(address) <= 254
    assert address.count("@") == 1
    assert email_key(email_key(address)) == email_key(address)
    assert email_key(address).isascii()


@pytest.mark.parametrize(
    "spelling", ["Jo.B@nhs.net", " jo.b@nhs.net ", "JO.B@NHS.NET", "jo.b@nhs.net\u200b", "\u00a0jo.b@nhs.net"]
)
def test_spellings_of_one_address_share_a_key(spelling: str) -> None:
    assert email_key(spelling) == "jo.b@nhs.net"


@pytest.mark.parametrize(
    "spelling",
    ["jo@bücher.example", "Jo@BÜCHER.example", "jo@xn--bcher-kva.example", "jo@bu\u0308cher.example"],
)
def test_a_domain_in_letters_and_in_code_share_a_key(spelling: str) -> None:
    assert email_key(spelling) == "jo@xn--bcher-kva.example"


def test_dots_and_tags_tell_people_apart() -> None:
    assert len({email_key(a) for a in ("jo.b@nhs.net", "job@nhs.net", "jo.b+1@nhs.net")}) == 3


@given(anything | nearly_emails)
def test_any_text_has_a_key(text: str) -> None:
    assert email_key(email_key(text)) == email_key(text)
