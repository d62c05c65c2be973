"""The product's settings, in practice mode, with what makes tests quick. DATABASE_URL chooses the database."""

import os

os.environ.setdefault("PRACTICE_MODE", "on")
os.environ.setdefault("DATABASE_URL", "sqlite:///:memory:")

from staffpassport.settings import *

STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
