"""Settings of workers that tests start: the product's, with a provider that crashes and shortened delays."""

import os
from datetime import timedelta

from staffpassport.messaging.timing import Timing
from tests.settings import *  # noqa: F403

INSTALLED_APPS = ["tests.messaging.crashing", *INSTALLED_APPS]  # noqa: F405
MESSAGE_PROVIDER = os.environ.get("MESSAGE_PROVIDER", "crashing")
LOGGING["root"]["level"] = os.environ.get("LOG_LEVEL", "INFO")  # noqa: F405
MESSAGES_A_MINUTE = 100_000
MESSAGING_TIMING = Timing(
    lease=timedelta(seconds=1.5),
    send_within=timedelta(seconds=1),
    look_up_first=timedelta(seconds=0.3),
    # Longer than a send may take to begin, to be answered and to be shown to a look-up, as it is with real delays.
    look_up_last=timedelta(seconds=float(os.environ.get("LOOK_UP_LAST", "1.8"))),
    back_off_first=timedelta(seconds=0.3),
    pause=timedelta(seconds=0.3),
    ask_first=timedelta(seconds=0.5),
    ask_overdue=timedelta(seconds=1.5),
    sweep=timedelta(seconds=0.1),
    poll=timedelta(seconds=0.1),
)
