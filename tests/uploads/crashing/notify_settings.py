"""Settings of a portal that dies while it sends by a stub of GOV.UK Notify: chunks are small and delays are short."""

from tests.messaging.worker_settings import *  # noqa: F403

INSTALLED_APPS = ["tests.uploads.crashing", *INSTALLED_APPS]  # noqa: F405
