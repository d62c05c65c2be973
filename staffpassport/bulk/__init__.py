"""Many rows at once. The lowest floor: it knows Django and the two databases, and none of our tables."""

from staffpassport.bulk import lookups
from staffpassport.bulk.inserting import insert

__all__ = ["insert", "lookups"]
