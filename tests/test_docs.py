"""What the pages for people say about the code is so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from staffpassport.environment.variables import VARIABLES
from staffpassport.work import duties

ROOT = Path(__file__).resolve().parent.parent


def test_each_test_that_the_threats_name_exists() -> None:
    page = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
    threats = page.split("\n## ")[1:]
    assert len(threats) >= 10
    for threat in threats:
        title = threat.partition("\n")[0]
        assert "`tests/" in threat, f"{title}: no test shows what stops it"
        assert missing_tests(threat) == [], title


def test_each_line_on_how_long_things_are_kept_has_its_setting_its_duty_and_its_test() -> None:
    page = (ROOT / "docs" / "data-protection.md").read_text(encoding="utf-8")
    table = page.partition("\n## For how long\n")[2].partition("\n## ")[0]
    _head, _line, *rows = [line for line in table.splitlines() if line.startswith("|")]
    known, registered = {one.name for one in VARIABLES}, {one.name for one in duties.registered()}
    named_duties = set()
    for row in rows:
        what, _how_long, setting, duty, shown = (cell.strip() for cell in row.strip("|").split(" | "))
        assert re.findall(r"`tests/", shown), f"{what}: no test shows it"
        assert set(re.findall(r"`([A-Z_]+)`", setting)) <= known, what
        assert "`" in setting or setting.startswith(("none", '"')), what
        named_duties |= set(re.findall(r"`(.+?)`", duty))
    assert named_duties <= registered
    # A duty that makes something forgotten says so by its name, and has a line.
    forgetting = {name for name in registered if name.startswith(("clear-", "forget-", "retire-", "delete-"))}
    assert forgetting <= named_duties
    assert missing_tests(page) == []


def test_the_sample_of_a_proxy_logs_no_token() -> None:
    with_a_token = {
        str(route.pattern).partition("<")[0]
        for route in views(get_resolver())
        if "<str:token>" in str(route.pattern)
    }
    assert len(with_a_token) >= 3
    sample = _sample_of_nginx()
    assert set(re.findall(r"^    ~\^/(\S+/) +/\1-;$", sample, flags=re.MULTILINE)) == with_a_token
    for name in ("$request", "$request_uri", "$args", "$http_referer", "$uri"):
        assert not re.search(rf"{re.escape(name)}\b", sample.partition("log_format")[2].partition(";")[0])
    assert sample.count("access_log /var/log/nginx/portal.log portal;") == sample.count("server {") == 2
    assert sample.count("error_log /dev/null crit;") == 2


def test_the_sample_of_a_proxy_bounds_what_the_portal_leaves_to_it() -> None:
    found = dict(re.findall(r"^    (\w+) +([^;]+);", _sample_of_nginx(), flags=re.MULTILINE))
    largest = max(getattr(view.callback, "file_limit", 0) for view in views(get_resolver()))
    assert largest == 20 * 1024 * 1024
    assert (
        largest + (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
        < int(found["client_max_body_size"][:-1]) * 1024**2
    )
    for name in ("client_header_timeout", "client_body_timeout", "send_timeout", "proxy_read_timeout"):
        assert 0 < int(found[name].removesuffix("s")) <= 60, name
    assert found["proxy_request_buffering"] == "on", "else a slow sender holds a thread of gunicorn"
    assert "portal" in found["limit_conn"]
    assert "zone=flood" in found["limit_req"]


def _sample_of_nginx() -> str:
    page = (ROOT / "docs" / "running-it.md").read_text(encoding="utf-8")
    return page.partition("\n## nginx\n")[2].partition("\n## ")[0]


def views(resolver: URLResolver) -> Iterator[URLPattern]:
    """The routes of the portal, those of its rooms too."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry)
        elif isinstance(entry, URLPattern):
            yield entry


def missing_tests(words: str) -> list[str]:
    """Tests that are named as `file::test` and are not there."""
    return [
        f"{file}::{test}"
        for file, test in re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", words)
        if f"\ndef {test}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
