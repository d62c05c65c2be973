"""Which column of a list holds which field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from . import file_sentences as sentences
from .fields import Field
from .headings import SOME_MOBILE, TELEPHONE, Known, Whole, key_of, known
from .table import FileProblem, Trouble
from .tidying import tidy

# Our template has one column more: its heading, "Cohort: Medical and Dental, …", survives saving again,
# and its cells are nobody's values.
COHORT_HEADING = "Cohort"
# The two columns that `annotate` adds.
REMARK_HEADINGS = ("Digital Staff Passport upload", "What to change")

_REMARKS = frozenset(map(key_of, REMARK_HEADINGS))
_COHORT_KEY = key_of(COHORT_HEADING)


class Part(Enum):
    """What of a cell is the field's value."""

    WHOLE = auto()
    LAST_OF_FULL_NAME = auto()  # before the comma
    FIRST_OF_FULL_NAME = auto()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field's text stands: the column's index from 0. `otherwise` is the column to look in where
    that one is blank."""

    column: int
    otherwise: int | None = None
    part: Part = Part.WHOLE


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one list.

    `ignored` are the headings of columns that are not needed; ours are not among them. `missing` are the
    required fields without a column, `doubled` the headings of which nobody can tell which is right.
    `month_first` says that the heading asks for mm/dd/yyyy."""

    sources: Mapping[Field, Source]
    ignored: tuple[str, ...] = ()
    missing: tuple[Field, ...] = ()
    doubled: Mapping[Field, tuple[str, ...]] = field(default_factory=dict)
    month_first: bool = False

    @property
    def problem(self) -> FileProblem | None:
        """Why people cannot be read out of these columns, in one sentence."""
        for doubled, headings in self.doubled.items():
            sentence = sentences.HEADING_TWICE.format(
                many=len(headings), field=_in_a_sentence(doubled), headings=_listed(_quoted(headings))
            )
            return FileProblem(Trouble.HEADING_TWICE, sentence)
        if self.missing:
            sentence = (
                sentences.HEADINGS_MISSING if len(self.missing) > 1 else sentences.HEADING_MISSING
            ).format(missing=_listed(_quoted([one.label for one in self.missing])))
            return FileProblem(Trouble.HEADING_MISSING, sentence)
        return None


def columns(headings: Sequence[str]) -> Columns:
    """The columns of a list with these headings, in any order. Never raises: what cannot be is a
    `problem`."""
    meanings = {index: meaning for index, heading in enumerate(headings) if (meaning := known(heading))}
    sources: dict[Field, Source] = {}
    doubled: dict[Field, tuple[str, ...]] = {}
    for wanted in Field:
        best = _best(meanings, wanted)
        if len(best) == 1:
            sources[wanted] = Source(best[0], otherwise=_second_telephone(meanings, best[0], wanted))
        elif best:
            doubled[wanted] = tuple(headings[index] for index in best)
    if not doubled:
        doubled = _names_out_of_one_column(meanings, sources, headings)
    unclear = {heading for headings in doubled.values() for heading in headings}
    used = {index for source in sources.values() for index in (source.column, source.otherwise)}
    born = sources.get(Field.DATE_OF_BIRTH)
    return Columns(
        sources=sources,
        ignored=tuple(
            tidy(heading)
            for index, heading in enumerate(headings)
            if index not in used and tidy(heading) and heading not in unclear and not ours(heading)
        ),
        missing=tuple(one for one in Field if one.required and one not in sources and one not in doubled),
        doubled=doubled,
        month_first=born is not None and meanings[born.column].month_first,
    )


def ours(heading: str) -> bool:
    """Whether we wrote this heading ourselves, for other purposes than a field."""
    return is_remark(heading) or cohort_of([heading]) is not None


def is_remark(heading: str) -> bool:
    """Whether this is the heading of a column that `annotate` added."""
    return key_of(heading) in _REMARKS


def cohort_of(headings: Sequence[str]) -> str | None:
    """What the template's own heading says about the list."""
    for heading in headings:
        name, colon, words = tidy(heading).partition(":")
        if colon and key_of(name) == _COHORT_KEY and words.strip():
            return words.strip()
    return None


def _best(meanings: Mapping[int, Known], target: Field | Whole) -> list[int]:
    """The columns of this meaning that nothing ranks above."""
    ranks = {index: meaning.rank for index, meaning in meanings.items() if meaning.target is target}
    return [index for index, rank in ranks.items() if rank == min(ranks.values())]


def _second_telephone(meanings: Mapping[int, Known], first: int, wanted: Field) -> int | None:
    """The column for those without a mobile in the column of mobiles."""
    if wanted is not Field.PHONE or meanings[first].rank > SOME_MOBILE:
        return None
    others = [i for i, one in meanings.items() if one.target is wanted and one.rank == TELEPHONE]
    return others[0] if len(others) == 1 else None


def _names_out_of_one_column(
    meanings: Mapping[int, Known], sources: dict[Field, Source], headings: Sequence[str]
) -> dict[Field, tuple[str, ...]]:
    """Fills in first and last name from a full name. Returns what is doubled by that."""
    names, full = _best(meanings, Whole.NAME), _best(meanings, Whole.FULL_NAME)
    missing = [name for name in (Field.FIRST_NAME, Field.LAST_NAME) if name not in sources]
    if missing == [Field.FIRST_NAME] and len(names) == 1 and not full:
        sources[Field.FIRST_NAME] = Source(names[0])  # "Name", "Surname"
        return {}
    found = full or names
    if missing and len(found) > 1:
        return {missing[0]: tuple(headings[index] for index in found)}
    parts = {Field.FIRST_NAME: Part.FIRST_OF_FULL_NAME, Field.LAST_NAME: Part.LAST_OF_FULL_NAME}
    sources.update({name: Source(found[0], part=parts[name]) for name in missing if found})
    return {}


def _in_a_sentence(one: Field) -> str:
    is_name = one in (Field.ORIEL_PIN, Field.ESR_ASSIGNMENT_NUMBER)
    return one.label if is_name else one.label[0].lower() + one.label[1:]


def _quoted(headings: Sequence[str]) -> list[str]:
    return [f"“{tidy(heading)}”" for heading in headings]


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
