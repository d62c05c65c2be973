"""Django's settings. What an operator may change comes from the environment: see environment.py."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF

from staffpassport import logs
from staffpassport.environment.reading import read_environment
from staffpassport.environment.values import MailServer

BASE_DIR = Path(__file__).resolve().parent.parent
PACKAGE_DIR = BASE_DIR / "staffpassport"

_env = read_environment(os.environ)

# ── What this installation is ───────────────────────────────────────────────────────────────────────────────

PRACTICE_MODE: bool = _env["PRACTICE_MODE"]
DEBUG = False
SECRET_KEY, *SECRET_KEY_FALLBACKS = _env["SECRET_KEY"]
LINK_KEYS: list[str] = _env["LINK_KEYS"]
FACTOR_KEYS: list[str] = _env["FACTOR_KEYS"]
UPLOAD_KEYS: list[str] = _env["UPLOAD_KEYS"]
AUDIT_KEYS: list[str] = _env["AUDIT_KEYS"]
AUDIT_HEADS_FILE = str(BASE_DIR / _env["AUDIT_HEADS_FILE"])
ERASURES_FILE = str(BASE_DIR / _env["ERASURES_FILE"])
BASE_URL: str = _env["BASE_URL"]
NHS_LOGO: bool = _env["NHS_LOGO"]
OPERATOR_NAME: str = _env["OPERATOR_NAME"]
OPERATOR_EMAIL: str = _env["OPERATOR_EMAIL"]
MESSAGE_PROVIDER: str = _env["MESSAGE_PROVIDER"]
SENDING_THREADS: int = _env["SENDING_THREADS"]
MESSAGES_A_MINUTE: int = _env["MESSAGES_A_MINUTE"]
SENDING_HOURS: tuple[int, int] = _env["SENDING_HOURS"]  # in minutes after the day's beginning
LISTS_KEPT_DAYS: int = _env["LISTS_KEPT_DAYS"]
EVENTS_KEPT_YEARS: int = _env["EVENTS_KEPT_YEARS"]  # 0: for good
NOTIFY_API_KEY: str = _env["NOTIFY_API_KEY"]
NOTIFY_BASE_URL: str = _env["NOTIFY_BASE_URL"]
NOTIFY_EMAIL_TEMPLATE: str = _env["NOTIFY_EMAIL_TEMPLATE"]
NOTIFY_TEXT_TEMPLATE: str = _env["NOTIFY_TEXT_TEMPLATE"]
NOTIFY_CALLBACK_TOKENS: list[str] = _env["NOTIFY_CALLBACK_TOKENS"]
METRICS_TOKENS: list[str] = _env["METRICS_TOKENS"]
SMTP_URL: MailServer | None = _env["SMTP_URL"]
SMTP_FROM: str = _env["SMTP_FROM"]

_served_at = urlsplit(BASE_URL)
SERVED_OVER_TLS = _served_at.scheme == "https"
# Loopback too, for checks of health: links are made from BASE_URL, never from the name that was asked for.
ALLOWED_HOSTS = [str(_served_at.hostname), *_env["ALLOWED_HOSTS"], "localhost", "127.0.0.1"]

# ── Rooms ───────────────────────────────────────────────────────────────────────────────────────────────────

ROOMS = [
    "portal",
    "uploads",
    "signup",
    "batches",
    "identity",
    "invitations",
    "passports",
    "accounts",
    "codes",
    "messaging",
    "organisations",
    "work",
    "audit",
    "ui",
]

INSTALLED_APPS = [
    *(f"staffpassport.{room}" for room in ROOMS),
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "staffpassport.ui.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "staffpassport.ui.middleware.PrivatePagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "staffpassport.ui.middleware.CsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "staffpassport.accounts.session_middleware.SessionLifetimeMiddleware",
    "staffpassport.accounts.middleware.MembershipMiddleware",
    "staffpassport.accounts.middleware.AccessMiddleware",
]

ROOT_URLCONF = "staffpassport.urls"
WSGI_APPLICATION = "staffpassport.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── Pages ───────────────────────────────────────────────────────────────────────────────────────────────────

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "staffpassport.ui.environment.environment",
            "context_processors": ["staffpassport.ui.frame.frame"],
            "template_folders": [PACKAGE_DIR / room / "templates" for room in ROOMS],
        },
    },
    {
        # Only for the few templates of Django and allauth that are not pages.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
    },
]
FORM_RENDERER = "django.forms.renderers.Jinja2"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if PRACTICE_MODE:
    # Served where they were built, so that a start need not collect them.
    STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    STATIC_ROOT = PACKAGE_DIR / "ui" / "static"

# ── Databases and cache ─────────────────────────────────────────────────────────────────────────────────────


def _sqlite(name: str) -> dict[str, Any]:
    """IMMEDIATE, because a read that turns into a write later cannot wait for its turn and fails instead.

    The log is written back into the file every 100 MB and not every 4: a large list changes the same pages again and
    again, and each time they are written back is a time that somebody waits for the disk.
    """
    path = name if name == ":memory:" else str(BASE_DIR / name)
    if path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "staffpassport.bulk.sqlite",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=25000;",
        },
    }


_database = _env["DATABASE_URL"]
if _database["ENGINE"].endswith("sqlite3"):
    DATABASES = {
        "default": _sqlite(_database["NAME"]),
        # Counters of requests must not wait for a large write, nor hold one up: a file of their own.
        "cache": _sqlite(f"{_database['NAME']}.cache"),
    }
    DATABASE_ROUTERS = ["staffpassport.work.routers.CacheInItsOwnFile"]
else:
    DATABASES = {"default": {**_database, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}
    DATABASE_ROUTERS = []

# In the database and not in memory: codes that were used, and how many log in, are known to all processes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entries",
        # With Django's 300, whoever makes a few hundred entries would push those of others out.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# ── Logging in ──────────────────────────────────────────────────────────────────────────────────────────────

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["staffpassport.accounts.backend.PortalBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "staffpassport.accounts.passwords.PasswordRules"}]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "staffpassport.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proved by the link that sets the password
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_TEMPLATE_EXTENSION = "jinja"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_FORMS = {"login": "staffpassport.accounts.forms.LoginForm"}
ACCOUNT_RATE_LIMITS = {
    # Wrong passwords and codes are counted by accounts/limits.py, in place of allauth's "login_failed". Here all tries
    # are, right ones too: a trust's people may all come from one address.
    "login_failed": None,
    "login": "120/m/ip",
}
MFA_ADAPTER = "staffpassport.accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Digital Staff Passport"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_RECOVERY_CODES_SHOW_ONCE = True
ALLAUTH_TRUSTED_PROXY_COUNT: int = _env["TRUSTED_PROXIES"]

# ── Cookies and headers ─────────────────────────────────────────────────────────────────────────────────────

# A browser takes a cookie of this name only from this very host, over TLS: no neighbour can plant one.
COOKIE_PREFIX = "__Host-" if SERVED_OVER_TLS else ""
SESSION_ENGINE = "staffpassport.accounts.session_store"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SERVED_OVER_TLS
SESSION_IDLE_SECONDS = 20 * 60  # without use: accounts/lifetimes.py
SESSION_LONGEST_SECONDS = 12 * 60 * 60  # from log-in, whatever happens
# Longer than anybody is logged in: whoever comes back the next morning reads why, and finds what was typed.
SESSION_COOKIE_AGE = 24 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
# Where people see it, which is not always where a proxy passes it on.
CSRF_TRUSTED_ORIGINS = [f"{_served_at.scheme}://{_served_at.netloc}"]
CSRF_FAILURE_VIEW = "staffpassport.ui.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

if _env["TRUSTED_PROXIES"]:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = SERVED_OVER_TLS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|metrics)$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SERVED_OVER_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SERVED_OVER_TLS
# Never a path, which may be a secret; but our host, so that browsers say with a form where it comes from.
SECURE_REFERRER_POLICY = "strict-origin"
X_FRAME_OPTIONS = "DENY"

SILENCED_SYSTEM_CHECKS = [
    "models.W040",  # columns beside an index: PostgreSQL reads them, SQLite does without
    # Django looks for its check of forms by name; ours is derived from it (ui/middleware.py), and tested.
    "security.W003",
    # Keys of 50 characters: environment.py holds them to 32 of enough different signs, as `openssl rand` makes them.
    "security.W009",
    "security.W025",
]
if not SERVED_OVER_TLS:
    # Only practice mode and one's own machine are served without TLS: environment.py refuses it elsewhere.
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
# Files are dropped while they are read, but for views that ask for one: ui/receiving.py.
FILE_UPLOAD_HANDLERS = ["staffpassport.ui.receiving.NoFiles"]

# ── Logs ────────────────────────────────────────────────────────────────────────────────────────────────────

LOGGING = logs.configure(_env["LOG_FORMAT"])
