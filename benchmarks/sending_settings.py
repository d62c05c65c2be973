"""Settings of the workers that benchmarks.sending starts: the product's, and a composer for its messages."""

from staffpassport.settings import *  # noqa: F403

INSTALLED_APPS = ["benchmarks.sending_words.WordsConfig", *INSTALLED_APPS]  # noqa: F405
