"""Settings from the environment: what is missing, bad, misspelt or unsafe stops the start with one sentence."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from staffpassport.environment.reading import read_environment
from staffpassport.environment.values import (
    MailServer,
    base_url,
    database_url,
    host_names,
    mail_server,
    mailbox,
)
from staffpassport.environment.variables import DEVELOPMENT_KEY, VARIABLES

ROOT = Path(__file__).resolve().parent.parent
REQUIRED = [variable.name for variable in VARIABLES if variable.default is None]
IN_EARNEST = {
    "SECRET_KEY": "a session key of the tests 0123456789",
    "LINK_KEYS": "a link key of the tests 0123456789xyz",
    "FACTOR_KEYS": "a factor key of the tests 0123456789",
    "UPLOAD_KEYS": "an upload key of the tests 0123456789",
    "AUDIT_KEYS": "an audit key of the tests 0123456789",
    "AUDIT_HEADS_FILE": "/var/lib/portal/audit-heads.jsonl",
    "ERASURES_FILE": "/var/lib/portal/erasures.jsonl",
    "DATABASE_URL": "postgresql://portal:secret@db.example/portal",
    "BASE_URL": "https://passport.example.nhs.uk",
    "OPERATOR_NAME": "Digital services",
    "OPERATOR_EMAIL": "digital@example.nhs.uk",
}


def sentence(environ: Mapping[str, str]) -> str:
    with pytest.raises(ImproperlyConfigured) as refused:
        read_environment(environ)
    said = str(refused.value)
    assert len(said.splitlines()) == 1
    return said


def test_practice_mode_needs_nothing_else() -> None:
    values = read_environment({"PRACTICE_MODE": "on"})
    assert values["MESSAGE_PROVIDER"] == "practice"
    assert values["LOG_FORMAT"] == "console"


def test_in_earnest_the_rest_has_defaults() -> None:
    values = read_environment(IN_EARNEST)
    assert values["PRACTICE_MODE"] is False
    assert values["MESSAGE_PROVIDER"] == "none"
    assert values["SENDING_HOURS"] == (8 * 60, 20 * 60)
    assert values["LOG_FORMAT"] == "json"
    assert values["TRUSTED_PROXIES"] == 0


@pytest.mark.parametrize("name", REQUIRED)
def test_in_earnest_nothing_required_may_be_missing(name: str) -> None:
    said = sentence({key: value for key, value in IN_EARNEST.items() if key != name})
    assert said.startswith(f"{name} is not set")
    assert "PRACTICE_MODE=on" in said


def test_with_nothing_at_all_the_first_thing_missing_is_named() -> None:
    assert sentence({}).startswith("SECRET_KEY is not set")


BAD = {
    "PRACTICE_MODE": ["", "yes", "true", "1"],
    "SECRET_KEY": ["", ",", "short", "a" * 64, "abab" * 20],
    "LINK_KEYS": ["", "short", f"{'a good link key of the tests 0123456789'},short"],
    "FACTOR_KEYS": ["", "short", " " * 40],
    "UPLOAD_KEYS": ["", "short", " " * 40],
    "AUDIT_KEYS": ["", "short", " " * 40],
    "AUDIT_HEADS_FILE": ["", " ", "a\nb"],
    "ERASURES_FILE": ["", " ", "a\nb"],
    "DATABASE_URL": [
        "",
        "portal",
        "mysql://a/b",
        "sqlite://",
        "sqlite:///",
        "sqlite://file",
        "postgresql://host",
        "postgresql://host/",
        "postgresql://host/a/b",
        "postgresql://host:port/name",
        "postgresql://user:pa/ss@host/name",
        "postgresql://[::1/name",
        "postgresql://host/name?sslmod=require",
        "postgresql://host/name?sslmode",
        "postgresql://user:pa#ss@host/name",
        "sqlite:///:memory:",
    ],
    "BASE_URL": [
        "",
        "passport.example.nhs.uk",
        "ftp://passport.example.nhs.uk",
        "https://",
        "https://host/path",
        "https://host?x=1",
        "https://host#x",
        "https://host:port",
        "https://host:99999",
        "https://user:password@host",
        "https://ho st",
        "https://[::1",
        "http://passport.example.nhs.uk",
    ],
    "ALLOWED_HOSTS": ["*", "https://host", "host:8000", "host/path", "a b", "host,*"],
    "TRUSTED_PROXIES": ["", "-1", "one", "1.5", "11", "²", "٣"],
    "MESSAGE_PROVIDER": ["", "notify?", "Practice", "practice"],
    "NOTIFY_API_KEY": [
        "hush",
        "portal-26785a09-ab16-4eb0-8407-a37497a57506",
        "-".join(["x", *["0" * 36] * 2]),
    ],
    "NOTIFY_EMAIL_TEMPLATE": ["invitation", "f33517ff-2a88-4f6e-b855", "f33517ff2a884f6eb855c550268ce08a"],
    "NOTIFY_TEXT_TEMPLATE": ["0"],
    "NOTIFY_CALLBACK_TOKENS": ["short", ",", "a" * 64],
    "NOTIFY_BASE_URL": ["", "api.notifications.service.gov.uk", "https://host/v2"],
    "SMTP_URL": [
        "mail.example",
        "smtp://mail.example:25",
        "smtps://",
        "smtps://user@mail.example",
        "smtps://mail.example:port",
        "smtps://mail.example/inbox",
        "smtps://us/er:password@mail.example",
        "smtps://user:pässword@mail.example",
        "https://mail.example",
        "smtps://.mail.example",
    ],
    "SMTP_FROM": ["portal", "Portal <portal>", "a@b@c", "Portal <a@example.com>\nBcc: b@example.com"],
    "SENDING_THREADS": ["", "0", "-1", "many", "101", "1" * 5000],
    "MESSAGES_A_MINUTE": ["", "0", "3,000"],
    "SENDING_HOURS": [
        "",
        "8-20",
        "08:00",
        "20:00-08:00",
        "08:00-08:00",
        "08:60-20:00",
        "08:00-24:01",
        "٠8:00-20:00",
    ],
    "EVENTS_KEPT_YEARS": ["", "-1", "101", "6 years"],
    "LISTS_KEPT_DAYS": ["", "0", "31", "7 days"],
    "METRICS_TOKENS": ["short", ",", "a" * 64],
    "NHS_LOGO": ["", "yes"],
    "OPERATOR_NAME": ["", "  ", "a\nb"],
    "OPERATOR_EMAIL": ["", "nobody", "a@b@c"],
    "LOG_FORMAT": ["", "xml", "JSON"],
}


def test_every_variable_has_bad_values_here() -> None:
    assert set(BAD) == {variable.name for variable in VARIABLES}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD.items() for value in values]
)
def test_a_bad_value_is_told_by_the_name_of_its_variable(name: str, value: str) -> None:
    assert sentence({**IN_EARNEST, name: value}).startswith(f"{name} ")


def test_the_sentence_never_holds_a_key_or_a_password() -> None:
    for name, value in (
        ("DATABASE_URL", "postgresql://user:hush/hush@host/name"),
        ("DATABASE_URL", "postgresql://user:hush@host:hush/name"),
        ("SECRET_KEY", "hush"),
        ("LINK_KEYS", "hush"),
        ("BASE_URL", "https://user:hush@host"),
        ("SMTP_URL", "smtps://user:hu/sh:hush@host"),
        ("SMTP_URL", "smtp://user:hush@host"),
        ("SMTP_URL", "smtps://user:hüsh-hush@host"),
    ):
        assert "hush" not in sentence({**IN_EARNEST, name: value})


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("SECRET_KEYS", "SECRET_KEY"),
        ("LINK_KEY", "LINK_KEYS"),
        ("TRUSTED_PROXY", "TRUSTED_PROXIES"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("PRACTISE_MODE", "PRACTICE_MODE"),
        ("OPERATER_EMAIL", "OPERATOR_EMAIL"),
    ],
)
def test_a_misspelt_name_stops_the_start(misspelt: str, meant: str) -> None:
    assert sentence({**IN_EARNEST, misspelt: "x"}) == f"{misspelt} is not a setting. Did you mean {meant}?"


def test_what_others_put_into_the_environment_is_left_alone() -> None:
    usual = """
        PATH HOME LANG LC_ALL TERM USER SHELL PWD HOSTNAME PORT TZ VIRTUAL_ENV PYTHONPATH PGHOST PGPASSWORD
        KUBERNETES_SERVICE_HOST DJANGO_SETTINGS_MODULE WEB_CONCURRENCY GUNICORN_CMD_ARGS REQUESTS_CA_BUNDLE
        SSL_CERT_FILE HTTP_PROXY NO_PROXY LOG_LEVEL DEBIAN_FRONTEND INVOCATION_ID JOURNAL_STREAM BASE_DIR
        DATABASE_HOST DATABASE_PASSWORD OPERATOR_SDK SECRET_NAME ALLOWED_ORIGINS
    """
    read_environment({**IN_EARNEST, **dict.fromkeys(usual.split(), "x")})


@pytest.mark.parametrize("name", ["SECRET_KEY", "LINK_KEYS", "FACTOR_KEYS", "UPLOAD_KEYS", "AUDIT_KEYS"])
def test_in_earnest_a_development_key_is_refused_even_as_an_old_one(name: str) -> None:
    known = next(variable.practice_default for variable in VARIABLES if variable.name == name)
    assert known
    assert known.startswith(DEVELOPMENT_KEY)
    for value in (known, f"{IN_EARNEST[name]},{known}"):
        assert "development key" in sentence({**IN_EARNEST, name: value})


def test_one_key_is_for_one_purpose() -> None:
    said = sentence({**IN_EARNEST, "FACTOR_KEYS": IN_EARNEST["LINK_KEYS"]})
    assert said.startswith("FACTOR_KEYS holds the same key as LINK_KEYS")


def test_keys_stand_newest_first() -> None:
    new, old = "a new key of the tests 0123456789abc", "an old key of the tests 0123456789abc"
    assert read_environment({**IN_EARNEST, "LINK_KEYS": f" {new} , {old},"})["LINK_KEYS"] == [new, old]


def test_addresses_are_read_as_they_are_meant() -> None:
    assert base_url("https://passport.example.nhs.uk/") == "https://passport.example.nhs.uk"
    assert base_url("http://localhost:8000") == "http://localhost:8000"
    assert host_names("a.example, .B.example") == ["a.example", ".b.example"]
    assert host_names("") == []
    assert database_url("sqlite:///var/a.sqlite3")["NAME"] == "var/a.sqlite3"
    assert database_url("sqlite:////srv/a.sqlite3")["NAME"] == "/srv/a.sqlite3"
    url = "postgresql://us%40er:p%2Fw%23@db:6543/the%20name?sslmode=verify-full&sslrootcert=%2Fca.pem"
    read = database_url(url)
    assert [read[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        *("us@er", "p/w#", "db", "6543", "the name")
    ]
    assert read["OPTIONS"] == {"sslmode": "verify-full", "sslrootcert": "/ca.pem"}
    assert database_url("postgresql:///portal")["HOST"] == ""


def test_a_mail_server_is_read_as_it_is_meant() -> None:
    read = mail_server("smtp+starttls://portal%40example:a%2Fb@Mail.Example")
    assert read == MailServer("smtp+starttls", "mail.example", 587, "portal@example", "a/b")
    assert "a/b" not in repr(read)
    assert mail_server("smtps://mail.example").port == 465
    assert mail_server("smtp://localhost:2525") == MailServer("smtp", "localhost", 2525)
    assert mailbox(" Staff Passport <a@example.com> ") == "Staff Passport <a@example.com>"
    assert mailbox("a@example.com") == "a@example.com"


@pytest.mark.parametrize("missing", ["SMTP_URL", "SMTP_FROM"])
def test_smtp_needs_its_server_and_its_address(missing: str) -> None:
    whole = {
        **IN_EARNEST,
        "MESSAGE_PROVIDER": "smtp",
        "SMTP_URL": "smtps://u:p@mail.example",
        "SMTP_FROM": "a@example.com",
    }
    assert read_environment(whole)["SMTP_FROM"] == "a@example.com"
    said = sentence({name: value for name, value in whole.items() if name != missing})
    assert said.startswith(f"{missing} is not set, which MESSAGE_PROVIDER=smtp needs.")
    practising = {**whole, "PRACTICE_MODE": "on"}
    assert "which writes to real people" in sentence(practising)


def test_the_page_for_operators_lists_every_variable_and_no_other() -> None:
    page = (ROOT / "docs" / "running-it.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \|$", page, re.MULTILINE)
    assert [name for name, _, _ in listed] == [variable.name for variable in VARIABLES]
    defaults = {name: default.strip("`").replace("none", "") for name, _, default in listed}
    for variable in VARIABLES:
        told = "required" if variable.default is None else variable.default.replace("none", "")
        assert defaults[variable.name] == told, variable.name


# ── The start itself, in a process of its own ───────────────────────────────────────────────────────────────

_SEEN_FROM_OUTSIDE = """
import json, sys
from staffpassport.wsgi import application
from django.test import Client
def told(answer):
    cookies = {name: {key: str(said) for key, said in c.items() if said} for name, c in answer.cookies.items()}
    return {"status": answer.status_code, "headers": dict(answer.headers), "cookies": cookies}
outside = {"HTTP_HOST": "passport.example.nhs.uk", "HTTP_X_FORWARDED_PROTO": "https"}
client = Client(headers={})
from staffpassport.invitations import links
from staffpassport.messaging.states import Channel
print(json.dumps({
    "log-in": told(client.get("/log-in", **outside)),
    "refused": told(client.post("/log-in", {"login": "nobody@example.com", "password": "x"}, **outside)),
    "link": told(client.get("/i/" + links.token(b"12345678", Channel.EMAIL), **outside)),
    "plain": told(client.get("/people?q=x", HTTP_HOST="passport.example.nhs.uk")),
    "health": told(client.get("/healthz", HTTP_HOST="localhost:8000")),
    "another host": told(client.get("/", HTTP_HOST="evil.example")),
    "practice": told(client.get("/sent-messages", **outside)),
}))
"""


@dataclass(frozen=True)
class Installation:
    """A real installation: its database and its environment."""

    folder: Path

    def run(self, *command: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Python in its environment: a program, or the words after `python`."""
        arguments = ["-c", *command] if len(command) == 1 else list(command)
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "DJANGO_SETTINGS_MODULE": "tests.settings_in_earnest",
                "STATIC_FILES_OF_THE_TEST": str(self.folder / "static"),
                **IN_EARNEST,
                "DATABASE_URL": f"sqlite:///{self.folder}/portal.sqlite3",
                "TRUSTED_PROXIES": "1",
                **environ,
            },
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Made by the commands that docs/running-it.md gives."""
    installation = Installation(tmp_path_factory.mktemp("installation"))
    made = installation.run(_INSTALL)
    assert made.returncode == 0, made.stderr
    return installation


@pytest.fixture
def nothing_installed(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


_INSTALL = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
for name in ("default", "cache"):
    call_command("createcachetable", database=name, verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
"""


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"LINK_KEYS": DEVELOPMENT_KEY + "links"}, "LINK_KEYS holds a development key"),
        ({"MESSAGE_PROVIDER": "practice"}, "MESSAGE_PROVIDER is practice"),
        ({"PRACTICE_MOOD": "on"}, "Did you mean PRACTICE_MODE?"),
    ],
)
def test_a_command_that_may_not_start_says_one_sentence(
    nothing_installed: Installation, environ: dict[str, str], words: str
) -> None:
    ended = nothing_installed.run("manage.py", "check", **environ)
    assert ended.returncode == 1
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert line.startswith("The portal cannot start: ")
    assert words in line


def test_gunicorn_that_may_not_start_says_one_sentence_and_ends(nothing_installed: Installation) -> None:
    """Its own way is a traceback, and after some codes the worker is started again for ever."""
    gunicorn = ("-m", "gunicorn", "staffpassport.wsgi", "--bind", "127.0.0.1:0")
    ended = nothing_installed.run(*gunicorn, SECRET_KEY=DEVELOPMENT_KEY + "x")
    assert ended.returncode == 4
    assert "The portal cannot start: SECRET_KEY holds a development key" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_site_refuses_to_start_with_practice_users(installed: Installation) -> None:
    users = "import django; django.setup(); from staffpassport.accounts.models import User; "
    made = installed.run(users + "User.objects.create_user(email='a@example.com', name='A', practice=True)")
    assert made.returncode == 0, made.stderr
    try:
        ended = installed.run("import staffpassport.wsgi")
    finally:
        assert installed.run(users + "User.objects.all().delete()").returncode == 0
    assert ended.returncode == 4
    assert ended.stderr.splitlines() == [
        "The portal cannot start: The database has practice users, whose password everybody knows. "
        "Use a new database (DATABASE_URL), or set PRACTICE_MODE=on."
    ]


def test_check_deploy_has_nothing_to_say(nothing_installed: Installation) -> None:
    checked = nothing_installed.run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_a_real_installation_seen_from_outside(installed: Installation) -> None:
    ran = installed.run(_SEEN_FROM_OUTSIDE)
    assert ran.returncode == 0, ran.stderr
    seen = json.loads(ran.stdout)

    log_in = seen["log-in"]
    assert log_in["status"] == 200
    headers = log_in["headers"]
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["Cache-Control"] == "no-store"
    assert "'unsafe" not in headers["Content-Security-Policy"]
    assert "Server" not in headers
    csrf = log_in["cookies"]["__Host-csrf"]
    assert csrf["secure"] == csrf["httponly"] == "True"
    assert csrf["path"] == "/"
    assert "domain" not in csrf

    cookies = {name: flags for answer in seen.values() for name, flags in answer["cookies"].items()}
    assert len(cookies) > 1
    for name, flags in cookies.items():
        assert name.startswith("__Host-"), "only from this host, over TLS, whatever a neighbour plants"
        assert flags["secure"] == flags["httponly"] == "True", name
        assert flags["samesite"] in ("Lax", "Strict"), name

    assert seen["refused"]["status"] == 200
    assert set(seen["link"]["cookies"]) == {"__Host-invitation"}
    cookie = seen["link"]["cookies"]["__Host-invitation"]
    assert cookie["secure"] == cookie["httponly"] == "True"

    assert seen["plain"]["status"] == 301
    assert seen["plain"]["headers"]["Location"].startswith("https://passport.example.nhs.uk/")
    assert seen["health"]["status"] == 200
    assert seen["another host"]["status"] == 400
    assert seen["practice"]["status"] == 302

    lines = [json.loads(line) for line in ran.stderr.splitlines()]
    assert [line["route"] for line in lines if line["event"] == "request"][:3] == [
        *("log-in", "log-in", "i/<str:token>")
    ]
    for word in ("nobody@example.com", "/i/MTIz", "q=x"):
        assert word not in ran.stderr
