"""Generated examples are the same on every run, and a slow machine fails none of them."""

from hypothesis import settings

settings.register_profile("roster", deadline=None, derandomize=True, max_examples=300)
settings.load_profile("roster")
