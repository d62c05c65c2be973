"""Names: real ones are never refused, and none keeps what cannot be seen."""

import unicodedata
from unittest import mock

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from staffpassport.roster import names, sentences, tidying
from staffpassport.roster.tidying import invisible
from staffpassport.roster.values import Mistake, first_name, last_name, preferred_name

from .texts import anything, nearly_names, outcome, sentence_of

SINHALA_SRI = "\u0dc1\u0dca\u200d\u0dbb\u0dd3"
MALAYALAM_MOHAN = "\u0d2e\u0d4b\u0d39\u0d28\u0d4d\u200d"
PERSIAN_ALI_REZA = "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627"
BENGALI_RYA = "\u09b0\u200d\u09cd\u09af\u09be"


@pytest.mark.parametrize(
    "name",
    [
        "O'Brien", "D’Arcy", "Anne-Marie", "Smith Jr.", "King, Jr.", "St. John", "ʻOkina",
        "Kahurangi Māui", "van der Berg", "Elizabeth (Liz)", "Kumar a/l Raju", "Łukasz", "Ægir", "Žižek",
        "İbrahim", "Nguyễn Thị Ánh", "Zoë", "José", "Ng", "X", "de la Cruz-O’Neill", "Gal·la", "王小明",
        "〇", "佐々木", "ヴィクトリア・アン", "김민준", "Владимир", "Ελένη", "محمد", "רבקה", "בן־דוד",
        "प्रिया", "ธนพล", "Ⅲ", "ǃXóõ", SINHALA_SRI, MALAYALAM_MOHAN, PERSIAN_ALI_REZA, BENGALI_RYA,
    ],
)  # fmt: skip
def test_a_real_name_is_kept_as_it_is_written(name: str) -> None:
    assert first_name(name) == last_name(name) == preferred_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "name",
    [
        "María", "Jesús", "Zoë", "Siân", "Seán", "Łukasz", "Ángel", "ÍÑIGO", "Šárka", "Dvořák", "Núñez", "D’Arcy",
        "Àdé", "Renée", "Inês", "João", "Jérôme", "Petőfi", "Œuvray", "Nguyễn", "Владимир", "Ελένη", "محمد",
    ],
)  # fmt: skip
def test_a_name_that_another_program_has_misread_is_refused(name: str) -> None:
    """Half of them would pass for other names: “MarÃa”, “JesÃºs”, “ErdÅ‘s”."""
    undefined = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
    misread = "".join(chr(b) if b in undefined else bytes([b]).decode("cp1252") for b in name.encode())
    assert sentence_of(lambda: first_name(misread)) == sentences.NAME_MISREAD.format(field="First name")


@pytest.mark.parametrize("name", ["JOÃO", "LÃ", "Â. Silva", "CONCEIÇÃO", "ANDRÉ’S", "Ã Ó", "Brandão-Sá"])
def test_a_name_that_looks_misread_and_is_not_is_taken(name: str) -> None:
    assert first_name(name) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Anne \t Marie\n", "Anne Marie"),
        ("Anne\u00a0Marie", "Anne Marie"),
        ("Anne\u2028\u3000Marie", "Anne Marie"),
        ("\ufeffAnne", "Anne"),
        ("An\u200bne", "Anne"),
        ("An\u00adne", "Anne"),
        ("\u202aAnne\u202c", "Anne"),
        ("\u2067محمد\u2069", "محمد"),
        ("An\x00ne\x07", "Anne"),
        ("An\u200dne", "Anne"),
        ("An\u200cne", "Anne"),
        ("محمد\u200c", "محمد"),
        ("مح\u200dمد", "محمد"),
        ("\u0915 \u200d\u094d\u0916", "\u0915 \u094d\u0916"),
        ("\u3164Kim\u115f", "Kim"),
        ("葛\U000e0100西", "葛西"),
        ("Jose\u0301", "José"),
        ("Jose\u200b\u0301", "José"),
    ],
)
def test_a_name_is_trimmed_folded_and_rid_of_what_cannot_be_seen(typed: str, name: str) -> None:
    assert first_name(typed) == name


@pytest.mark.parametrize("typed", ["", " ", "\u200b", "\u00a0\ufeff\t"])
def test_a_missing_name_is_asked_for(typed: str) -> None:
    assert sentence_of(lambda: first_name(typed)) == "Enter a first name"
    assert sentence_of(lambda: last_name(typed)) == "Enter a last name"
    assert preferred_name(typed) is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("anne@nhs.net", "Last name must be a name, not an email address"),
        ("Anne2", "Last name must not include numbers"),
        ("07700 900123", "Last name must not include numbers"),
        ("Anne ٣", "Last name must not include numbers"),
        ("=SUM", "Last name must not include the symbol ="),
        ("Anne <b>", "Last name must not include the symbol <"),
        ('"Anne"', 'Last name must not include the symbol "'),
        ("Anne 🙂", "Last name must not include the symbol 🙂"),
        ("Zo\ufffd", "Last name includes a character we cannot read, so type the name again"),
        ("Zo\ue000", "Last name includes a character we cannot read, so type the name again"),
        ("-", "Last name must include at least one letter"),
        ("...", "Last name must include at least one letter"),
    ],
)
def test_what_cannot_be_a_name_is_refused_with_its_own_sentence(typed: str, sentence: str) -> None:
    assert sentence_of(lambda: last_name(typed)) == sentence


def test_half_a_surrogate_pair_is_refused_as_unreadable() -> None:
    assert sentence_of(lambda: preferred_name("Zo\ud800")) == sentences.NAME_UNREADABLE.format(
        field="Preferred name"
    )


@pytest.mark.parametrize("letter", ["a", "é", "王"])
def test_a_name_has_at_most_100_characters(letter: str) -> None:
    assert first_name(letter * 100) == letter * 100
    assert sentence_of(lambda: first_name(letter * 101)) == "First name must be 100 characters or less"


def test_a_cell_of_100_000_marks_is_refused_without_putting_them_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Normalising takes time quadratic in a run of marks.
    monkeypatch.setattr(
        tidying, "unicodedata", mock.Mock(wraps=unicodedata, **{"normalize.side_effect": AssertionError})
    )
    assert sentence_of(lambda: first_name("a" + "\u0301\u0316" * 50_000)) == sentences.NAME_TOO_LONG.format(
        field="First name"
    )


@given(anything | nearly_names)
@example("İ̇\u200c\u094d\u200d")
def test_any_text_is_a_name_or_a_mistake_and_a_name_stays_itself(text: str) -> None:
    name = outcome(lambda: first_name(text))
    if isinstance(name, Mistake):
        return
    assert isinstance(name, str)
    assert first_name(name) == name
    assert 1 <= len(name) <= 100
    assert name == name.strip() == unicodedata.normalize("NFC", name)
    assert any(c.isalpha() for c in name)
    seen = name.replace("\u200c", "").replace("\u200d", "")
    assert not any(invisible(c) for c in seen)
    assert not any(c.isspace() and c != " " for c in name)


@given(st.text(alphabet="abcAÖéž \u200c\u200d\u200b'’-.", max_size=30))
def test_joiners_never_stay_in_a_latin_name(text: str) -> None:
    name = outcome(lambda: first_name(text))
    assert isinstance(name, Mistake) or not set(name) & set("\u200b\u200c\u200d")  # type: ignore[call-overload]


@given(
    st.text(alphabet=" '’.-aZÀéßŉž×÷ſ\u0301", min_size=1, max_size=12) | st.text(alphabet="a-", min_size=99)
)
def test_the_fast_path_says_what_the_full_rules_say(text: str) -> None:
    if not names._PLAIN_NAME.fullmatch(text):
        return
    # A space in front sends the same name through the full rules.
    assert outcome(lambda: first_name(" " + text)) == text or len(text) > 100
