"""The steps of a review, as far as a list has something to say at each."""

from __future__ import annotations

from staffpassport.uploads.models import Upload

PROBLEMS = "upload-problems"
DUPLICATES = "upload-duplicates"
CONFIRM = "upload-confirm"


def steps(upload: Upload) -> list[str]:
    """The pages of this review by their routes, in order: what is wrong, who is a duplicate, whether to go on."""
    found = []
    if upload.problems:
        found.append(PROBLEMS)
    if upload.duplicates:
        found.append(DUPLICATES)
    if upload.to_invite:
        found.append(CONFIRM)
    return found


def after(upload: Upload, step: str) -> str | None:
    """The step that follows this one, None where nobody is left to invite."""
    following = steps(upload)
    later = following[following.index(step) + 1 :] if step in following else []
    return later[0] if later else None


def before(upload: Upload, step: str) -> str | None:
    """The step that this one follows, None for the first."""
    following = steps(upload)
    earlier = following[: following.index(step)] if step in following else []
    return earlier[-1] if earlier else None
