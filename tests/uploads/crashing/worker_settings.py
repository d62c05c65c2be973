"""Settings of workers that tests start to kill them while they have an upload in hand."""

from tests.settings import *  # noqa: F403

INSTALLED_APPS = ["tests.uploads.crashing", *INSTALLED_APPS]  # noqa: F405
# Some messages leave while people are still invited, or stopped; most wait, so that there is something to stop.
MESSAGES_A_MINUTE = 600
