"""Settings of workers that tests start: the product's, with the crashing provider and shortened delays."""

from datetime import timedelta

from staffpassport.messaging.timing import Timing
from tests.settings import *  # noqa: F403

INSTALLED_APPS = ["tests.messaging.crashing", *INSTALLED_APPS]  # noqa: F405
MESSAGE_PROVIDER = "crashing"
MESSAGES_A_MINUTE = 100_000
MESSAGING_TIMING = Timing(
    lease=timedelta(seconds=1.5),
    send_within=timedelta(seconds=1),
    look_up_first=timedelta(seconds=0.3),
    look_up_last=timedelta(seconds=1.8),
    back_off_first=timedelta(seconds=0.3),
    sweep=timedelta(seconds=0.1),
    poll=timedelta(seconds=0.1),
)
