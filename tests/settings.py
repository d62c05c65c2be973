"""The product's settings in practice mode, and what makes tests quick. DATABASE_URL says which database."""

import os

os.environ.setdefault("PRACTICE_MODE", "on")
os.environ.setdefault("DATABASE_URL", "sqlite:///:memory:")
# Playwright leaves an event loop running in the test's thread, by which Django would take it for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from hashlib import sha256
from typing import Any

import structlog
from jinja2 import FileSystemBytecodeCache

from staffpassport.settings import *

# A test is one process, so its cache may be in memory; that the real one works is shown by `make run` under test.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DATABASES.pop("cache", None)
if DATABASES["default"]["NAME"] == ":memory:":
    # Workers of pytest would each make a file of this name: they know only Django's own SQLite.
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}
DATABASE_ROUTERS = []
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Templates are compiled once, not by every process that tests start; anew where what compiles them changes.
_COMPILED = BASE_DIR / "var" / "tests" / "templates"
_COMPILED.mkdir(parents=True, exist_ok=True)
_COMPILER = sha256((PACKAGE_DIR / "ui" / "environment.py").read_bytes()).hexdigest()[:8]
_JINJA: dict[str, Any] = TEMPLATES[0]
_JINJA["OPTIONS"]["bytecode_cache"] = FileSystemBytecodeCache(str(_COMPILED), f"{_COMPILER}-%s")

# Of tests and the workers that they start, whose databases come and go; tests of these have files of their own.
AUDIT_HEADS_FILE = str(BASE_DIR / "var" / "tests" / "audit-heads.jsonl")
ERASURES_FILE = str(BASE_DIR / "var" / "tests" / "erasures.jsonl")

# A test that captures what is logged must reach loggers that other tests have used before.
structlog.configure(**{**structlog.get_config(), "cache_logger_on_first_use": False})
