"""The wording as a whole."""

import pickle

import pytest

from staffpassport.roster import sentences
from staffpassport.roster.values import Mistake

SENTENCES = {name: value for name, value in vars(sentences).items() if name.isupper()}


@pytest.mark.parametrize("sentence", SENTENCES.values(), ids=SENTENCES)
def test_a_sentence_is_one_short_line_in_the_style_of_the_nhs(sentence: str) -> None:
    assert not sentence.endswith((".", "!", " "))
    assert ". " not in sentence
    assert sentence[0].isupper() or sentence.startswith("{field}")
    assert len(sentence) <= 120
    for jargon in ("invalid", "valid", "format error", "ASCII", "Unicode", "E.164", "null", "please", "IDNA"):
        assert jargon not in sentence


def test_no_two_mistakes_share_a_sentence() -> None:
    assert len(set(SENTENCES.values())) == len(SENTENCES)


def test_a_mistake_travels_between_processes_with_its_parts() -> None:
    copy = pickle.loads(pickle.dumps(Mistake("Enter a first name", frozenset({"day"}))))
    assert (copy.sentence, copy.parts, str(copy)) == ("Enter a first name", {"day"}, "Enter a first name")
