"""What is wrong with a value, in the words its owner reads."""

from collections.abc import Mapping


class Mistake(ValueError):  # noqa: N818 - the word its readers use, and it is raised for people
    """A value that cannot be taken.

    ``sentence`` is plain English without a full stop, as the NHS service manual writes error messages:
    what is wrong and what to do. It never repeats the value (at most one character of it), so it may be
    stored and logged.

    ``parts`` names the boxes of a date that are wrong, of "day", "month" and "year"; empty for other
    fields and for a date that is wrong as a whole cell.

    ``template`` and ``facts`` are what the sentence is made of, for whoever shows it in another language."""

    def __init__(
        self,
        template: str,
        parts: frozenset[str] = frozenset(),
        facts: Mapping[str, str] | None = None,
    ) -> None:
        self.template = template
        self.facts = dict(facts or {})
        self.sentence = template.format(**facts) if facts else template
        super().__init__(self.sentence)
        self.parts = parts
