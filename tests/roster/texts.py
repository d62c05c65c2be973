"""Texts to try the rules with: any text at all, and the kinds that come close to being right."""

from collections.abc import Callable

from hypothesis import strategies as st

from staffpassport.roster.values import Mistake

INVISIBLE = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff\u00ad\u034f\u3164\ufe0f\x00\x07\x7f"
)
SPACES = " \t\n\r\x0b\x0c\x85\u00a0\u2003\u2009\u202f\u2028\u3000"

anything = st.text(max_size=60) | st.text(
    alphabet=st.characters() | st.sampled_from(INVISIBLE + SPACES + "@.-+'’0123456789/;,<>()eE"), max_size=60
)

# Letters of many scripts, marks, joiners, spaces and what names are punctuated with.
nearly_names = st.text(
    alphabet=st.characters(categories=["L", "M"])
    | st.sampled_from(
        "aZéøßıİÅ\u0301\u0307\u0323\u0327\u094d\u09cd\u0dca\u0d4d\u0131علیीक" + INVISIBLE + SPACES + "'’-.()"
    ),
    max_size=120,
)

nearly_emails = st.from_regex(
    r"\A[ ]?(mailto:|<|')?[a-zA-Z0-9_+.'’-]{0,12}@{0,2}([a-zA-Z0-9éß-]{0,8}[.,]){0,3}"
    r"(com|uk|TEST|local|invalid|xn--p1ai|é|a1|c)?[>;., ]?\Z"
)

nearly_phones = st.from_regex(
    r"\A'?(\+|00|\+44|0044|44|0|\(0\)|\+44 ?\(0\)|tel:)?[ ]?(7|76|70|1|2|3|8|353|1)?[0-9 ().\-\u00a0]{0,16}"
    r"(\.0|E\+11| ext 2| / 07700900123)?\Z"
)

nearly_dates = st.from_regex(
    r"\A'?[0-9]{1,2}(st|th)?[/. \-]{0,2}([0-9]{1,2}|jan|Feb|sept|DECEMBER|mai)[/. \-]{0,2}[0-9]{1,5}"
    r"(T00:00:00| 00:00| 23:00|\.0)?\Z"
)

nearly_numbers = st.from_regex(r"\A[ ']?[A-Za-z0-9]{0,22}([ \-–][0-9]{1,3}|\.0|E\+10)?\Z")


def outcome(check: Callable[[], object]) -> object:
    """What a check returns, or the sentence of its mistake: anything else that it raises fails the test."""
    try:
        return check()
    except Mistake as mistake:
        return mistake


def sentence_of(check: Callable[[], object]) -> str:
    """The sentence with which a check refuses."""
    result = outcome(check)
    assert isinstance(result, Mistake), f"not refused: {result!r}"
    return result.sentence
