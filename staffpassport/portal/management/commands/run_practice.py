"""`make run`: the portal and one worker in practice mode, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from staffpassport.accounts import practice
from staffpassport.portal.practice import USER_EMAIL, make_practice_data

_START_SECONDS = 30
_STOP_SECONDS = 15
_LOOK_EVERY_SECONDS = 0.1
_LAST_LINES = 20


class Command(BaseCommand):
    help = "Prepares the practice database, then serves the portal and one worker until Ctrl-C."
    requires_system_checks = []  # `make check` and the tests make them; here they would only cost a second

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        if not settings.PRACTICE_MODE:
            raise CommandError("This is for practice mode. See docs/running-it.md for a real installation.")
        _refuse_used_port(port)
        call_command("migrate", verbosity=0)
        for name in connections:
            call_command("createcachetable", database=name, verbosity=0)
        make_practice_data()
        connections.close_all()
        _Processes(port, self.stdout.write).run()


def _refuse_used_port(port: int) -> None:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            raise CommandError(
                f"Port {port} is in use. Stop what uses it, or choose another: make run PORT={port + 1}"
            ) from None


class _Processes:
    """The portal and the worker: started together, ended together."""

    def __init__(self, port: int, say: Any) -> None:
        self.port = port
        self.say = say
        self.log = settings.BASE_DIR / "var" / f"practice-{port}.log"
        self.running: list[subprocess.Popen[bytes]] = []
        self.stopping = False

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop_soon)
        self.log.parent.mkdir(exist_ok=True)
        self.log.unlink(missing_ok=True)
        try:
            portal = [
                *("-m", "gunicorn", "staffpassport.wsgi", "--bind", f"127.0.0.1:{self.port}"),
                *("--threads", "8", "--log-level", "warning", "--no-control-socket"),
            ]
            self._start(*portal)
            self._start("manage.py", "work")
            self._wait_until_up()
            if not self.stopping:
                self._welcome()
            while not self.stopping:
                self._refuse_losses()
                time.sleep(_LOOK_EVERY_SECONDS)
        finally:
            self._end()

    def _start(self, *arguments: str) -> None:
        # A session of its own: Ctrl-C reaches this process alone, which then ends both in order.
        command = [sys.executable, *arguments]
        with self.log.open("ab") as log:
            started = subprocess.Popen(  # noqa: S603  # our own command line
                command,
                cwd=settings.BASE_DIR,
                env=os.environ.copy(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running.append(started)

    def _wait_until_up(self) -> None:
        give_up_at = time.monotonic() + _START_SECONDS
        while not self.stopping:
            self._refuse_losses()
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=1):  # our own address
                    return
            except (URLError, TimeoutError, ConnectionError):
                if time.monotonic() > give_up_at:
                    raise self._told_by_log("The portal did not start.") from None
            time.sleep(_LOOK_EVERY_SECONDS)

    def _refuse_losses(self) -> None:
        for process in self.running:
            if process.poll() is not None and not self.stopping:
                raise self._told_by_log(f"A part of the portal has ended (code {process.returncode}).")

    def _told_by_log(self, sentence: str) -> CommandError:
        last = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]
        return CommandError("\n".join([sentence, f"The last lines of {self.log}:", *last]))

    def _welcome(self) -> None:
        code, _ = practice.code_now()
        self.say(f"\nThe Digital Staff Passport portal is at http://localhost:{self.port}\n")
        self.say(f"Email: {USER_EMAIL}")
        self.say(f"Password: {practice.PASSWORD}")
        self.say(f"Code: {code}")
        self.say(
            "\nA code works once and for 30 seconds; `make code` prints the next one. Ctrl-C ends everything."
        )
        self.say(f"What the portal and the worker log goes to {self.log.relative_to(settings.BASE_DIR)}\n")
        sys.stdout.flush()

    def _stop_soon(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _end(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.terminate()
        for process in self.running:
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
