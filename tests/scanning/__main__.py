"""`make scan`: wapiti against the portal as it runs in earnest, on loopback.

    make scan                       everybody in `visitors.py`: three minutes to look round, a minute for each module
    make scan ONLY=administrator    one of them

Production settings, a worker, and in front the nginx of docs/running-it.md, word for word but for its ports and files.
A scanner fills in and sends every form that it finds, so it gets a portal of its own and goes to no other. What it
found is in var/scan/, and in the table at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.error import URLError
from urllib.request import urlopen

from staffpassport.environment.variables import VARIABLES
from tests.work.workers import ROOT, free_port, wait_for

FOUND = ROOT / "var" / "scan"
LOG = FOUND / "processes.log"
WAPITI = FOUND / "wapiti" / "bin" / "wapiti"
# Its usual ones, but for ssrf, which needs a machine on the internet, and those others that mean a portal like this.
MODULES = "common,-ssrf,backup,crlf,csrf,htaccess,https_redirect,ldap,methods,timesql"
# Who looked, how many pages they saw, and what was found how often.
Row = tuple[str, int, Counter[str]]
_PATIENCE = 120.0  # seconds
_KEYS = ("SECRET_KEY", "LINK_KEYS", "FACTOR_KEYS", "UPLOAD_KEYS", "AUDIT_KEYS")


def main() -> int:
    """The exit code: 1 when something was found, or when an answer was an error of ours."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--only")
    asked.add_argument("--scan-seconds", type=int, default=180)
    asked.add_argument("--attack-seconds", type=int, default=60)
    given = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    FOUND.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="staffpassport-scan-") as folder,
        portal(Path(folder)) as served_at,
    ):
        visitors = json.loads((Path(folder) / "visitors").read_text(encoding="utf-8"))
        chosen = [name for name in visitors if given.only in (None, name)]
        rows = [_scan(served_at, name, visitors[name], Path(folder), given) for name in chosen]
    errors = len(re.findall(r'"status": 5\d\d', LOG.read_text(encoding="utf-8")))
    table = [f"{'visitor':<15}{'pages':>7}  found"]
    for name, pages, found in rows:
        kinds = ", ".join(f"{what}: {times}" for what, times in found.items())
        table.append(f"{name:<15}{pages:>7}  {kinds or 'nothing'}")
    table.append(f"{errors} answers were errors of the portal ({LOG})")
    sys.stdout.write("\n".join(table) + "\n")
    return 1 if errors or any(found for _, _, found in rows) else 0


@contextmanager
def portal(folder: Path) -> Iterator[str]:
    """The address of one with some people in it; who visits it stands in the file `visitors`."""
    port, tls, plain = free_port(), free_port(), free_port()
    served_at = f"https://127.0.0.1:{tls}"
    environment = in_earnest(folder, served_at)
    _django(environment, f"from tests.scanning.visitors import make; make({str(folder / 'visitors')!r})")
    _run([sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"], environment)
    gunicorn = ["-m", "gunicorn", "staffpassport.wsgi", "--threads", "8", "--bind", f"127.0.0.1:{port}"]
    commands = [
        [sys.executable, *gunicorn, "--no-control-socket"],
        [sys.executable, "manage.py", "work"],
        nginx(folder, portal=port, tls=tls, plain=plain),
    ]
    with LOG.open("w", encoding="utf-8") as log, ExitStack() as running:
        for command in commands:
            running.enter_context(_process(command, environment, log))
        wait_for(lambda: _answers(f"http://127.0.0.1:{port}/healthz"), "the portal", patience=_PATIENCE)
        yield served_at


def in_earnest(folder: Path, served_at: str) -> dict[str, str]:
    """The environment of docs/running-it.md, with keys of its own and SQLite."""
    ours = {variable.name for variable in VARIABLES}
    return {
        **{name: value for name, value in os.environ.items() if name not in ours},
        **{name: secrets.token_urlsafe(48) for name in _KEYS},
        "DJANGO_SETTINGS_MODULE": "staffpassport.settings",
        "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3",
        "AUDIT_HEADS_FILE": f"{folder}/heads.jsonl",
        "ERASURES_FILE": f"{folder}/erasures.jsonl",
        "BASE_URL": served_at,
        "TRUSTED_PROXIES": "1",
        "OPERATOR_NAME": "The portal team",
        "OPERATOR_EMAIL": "portal-team@example.com",
    }


def nginx(folder: Path, *, portal: int, tls: int, plain: int) -> list[str]:
    """The command that serves the portal at this port by the sample, with a certificate of its own."""
    page = (ROOT / "docs" / "running-it.md").read_text(encoding="utf-8")
    sample = page.partition("\n## nginx\n")[2].partition("```\n")[2].partition("```")[0]
    for theirs, ours in {
        "listen 443": f"listen 127.0.0.1:{tls}",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "passport.example.nhs.uk": "127.0.0.1",
        "https://$server_name": f"https://$server_name:{tls}",
        "/etc/ssl/passport": f"{folder}/certificate",
        "/var/log/nginx": str(FOUND),
        "127.0.0.1:8000": f"127.0.0.1:{portal}",
    }.items():
        assert theirs in sample, f"the sample says no longer {theirs}"
        sample = sample.replace(theirs, ours)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\npid {folder}/nginx.pid;\nerror_log {FOUND}/nginx.log;\n"
        f"events {{}}\nhttp {{\n{temporary}{sample}}}\n",
        encoding="utf-8",
    )
    certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1"]
    files = ["-keyout", f"{folder}/certificate.key", "-out", f"{folder}/certificate.pem"]
    subprocess.run([*certificate, *files], check=True, capture_output=True)
    return ["nginx", "-c", f"{folder}/nginx.conf"]


def _scan(served_at: str, name: str, visitor: Mapping[str, Any], folder: Path, given: Any) -> Row:
    jar, report = folder / f"{name}.cookies", FOUND / f"{name}.json"
    held = {
        key: {"value": value, "expires": None, "secure": True, "port": None, "version": 0}
        for key, value in visitor["cookies"].items()
    }
    jar.write_text(json.dumps({"127.0.0.1": {"/": held}}), encoding="utf-8")
    report.unlink(missing_ok=True)
    with (FOUND / f"{name}.log").open("w", encoding="utf-8") as log:
        ended = subprocess.run(
            [
                *[str(WAPITI), "-u", f"{served_at}/", "-m", MODULES, "--verify-ssl", "0", "--no-bugreport"],
                *["-c", str(jar), "-H", f"Origin: {served_at}", "--store-session", f"{folder}/sessions"],
                *["--store-config", f"{folder}/config", "--flush-session", "--tasks", "1", "-v", "1"],
                # One task: with more, its own database is locked at times and it breaks off.
                # Each list has a page for each choice of filters, and each form a token that the portal checks.
                *["--scan-force", "polite", "--skip", "csrfmiddlewaretoken"],
                *["--max-scan-time", str(given.scan_seconds), "--max-attack-time", str(given.attack_seconds)],
                *["-f", "json", "-o", str(report)],
                *(part for path in visitor["begin_at"] for part in ("-s", f"{served_at}{path}")),
                *(part for path in visitor["leave_out"] for part in ("-x", f"{served_at}{path}")),
            ],
            stdout=log,
            stderr=log,
            check=False,
        )
    if ended.returncode or not report.exists():
        return name, 0, Counter({f"wapiti broke off, see {log.name}": 1})
    told = json.loads(report.read_text(encoding="utf-8"))
    found = Counter(
        {kind: len(each) for part in ("vulnerabilities", "anomalies") for kind, each in told[part].items()}
    )
    return name, told["infos"]["crawled_pages_nbr"], +found


def _django(environment: Mapping[str, str], program: str) -> None:
    quietly = "import logging; logging.disable()"
    _run([sys.executable, "-c", f"import django; django.setup(); {quietly}; {program}"], environment)


def _run(command: Sequence[str], environment: Mapping[str, str]) -> None:
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


@contextmanager
def _process(command: Sequence[str], environment: Mapping[str, str], log: IO[str]) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _answers(address: str) -> bool:
    try:
        return bool(urlopen(address, timeout=5).status == 200)
    except (URLError, TimeoutError, ConnectionError):
        return False


if __name__ == "__main__":
    sys.exit(main())
