"""Workers in processes of their own."""

from tests.work.workers import workers

__all__ = ["workers"]
