"""What is wrong with a value, in the words its owner reads."""


class Mistake(ValueError):  # noqa: N818 - the word its readers use, and it is raised for people
    """A value that cannot be taken.

    ``sentence`` is plain English without a full stop, as the NHS service manual writes error messages:
    what is wrong and what to do. It never repeats the value (at most one character of it), so it may be
    stored and logged.

    ``parts`` names the boxes of a date that are wrong, of "day", "month" and "year"; empty for other
    fields and for a date that is wrong as a whole cell."""

    def __init__(self, sentence: str, parts: frozenset[str] = frozenset()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.parts = parts
