"""The product's settings as the environment makes them; only what the pages look like is gathered elsewhere."""

import os
from pathlib import Path

from staffpassport.settings import *  # noqa: F403

STATIC_ROOT = Path(os.environ["STATIC_FILES_OF_THE_TEST"])
