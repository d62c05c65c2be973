"""The product's settings in practice mode, and what makes tests quick. DATABASE_URL says which database."""

import os

os.environ.setdefault("PRACTICE_MODE", "on")
os.environ.setdefault("DATABASE_URL", "sqlite:///:memory:")

from staffpassport.settings import *

WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
