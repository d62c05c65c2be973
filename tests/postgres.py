"""A PostgreSQL server for one command: made in a temporary folder, on loopback, gone afterwards.

    python -m tests.postgres pytest tests/messaging

The command finds it by DATABASE_URL. `initdb` refuses root, so root lends the folder to the user `postgres`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_START_SECONDS = 30
# A test loses nothing when the power goes.
_QUICK = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
# As installed.
DURABLE: Sequence[str] = []


def main(command: list[str]) -> int:
    """Runs the command beside a server; its exit code."""
    with server() as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


@contextmanager
def server(
    *, options: Sequence[str] = _QUICK, start_from: Path | None = None, keep_as: Path | None = None
) -> Iterator[str]:
    """The address of a running server's database.

    `keep_as` keeps its files in this folder at the end; `start_from` begins with a copy of files kept so.
    """
    with running(options=options, start_from=start_from) as found:
        yield found.url
        if keep_as:
            found.shut_down()
            shutil.move(found.data, keep_as)


@contextmanager
def running(*, options: Sequence[str] = _QUICK, start_from: Path | None = None) -> Iterator[Server]:
    """A server that may crash meanwhile. With `options=DURABLE` nothing that it said was written is lost by that."""
    folder = Path(tempfile.mkdtemp(prefix="staffpassport-postgres-"))
    found = Server(folder, options)
    try:
        found.make_files(start_from)
        found.start()
        if not start_from:
            found.make_database()
        yield found
    finally:
        found.abort()
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """PostgreSQL on files and a port of its own, which stay the same when it crashes and is started again."""

    def __init__(self, folder: Path, options: Sequence[str]) -> None:
        self.data = folder / "data"
        self.port = _free_port()
        self.url = f"postgresql://tests@127.0.0.1:{self.port}/tests"
        self._folder = folder
        self._options = options
        self._owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        self._process: subprocess.Popen[bytes] | None = None
        os.chown(folder, self._owner.pw_uid, self._owner.pw_gid)

    def make_files(self, start_from: Path | None) -> None:
        """New ones, or a copy of some that were kept."""
        if start_from is None:
            initdb = [
                str(self._binaries / "initdb"),
                "-D",
                str(self.data),
                "-U",
                "tests",
                "--auth=trust",
                "-E",
                "UTF8",
            ]
            self._run(initdb, self._owner)
            return
        me = pwd.getpwuid(os.geteuid())
        self._run(["cp", "-r", start_from, self.data], me)
        self._run(["chown", "-R", f"{self._owner.pw_uid}:{self._owner.pw_gid}", self.data], me)
        self.data.chmod(0o700)

    def make_database(self) -> None:
        self._run(
            [self._binaries / "createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "tests", "tests"],
            self._owner,
        )

    def start(self) -> None:
        """Returns when it takes people in."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *[str(self._binaries / "postgres"), "-D", str(self.data), "-k", str(self._folder)],
                    *["-p", str(self.port), "-c", "listen_addresses=127.0.0.1", *self._options],
                ],
                stdout=log,
                stderr=log,
                user=self._owner.pw_uid,
                group=self._owner.pw_gid,
                cwd=self._folder,
            )
        _wait_for(self._binaries / "pg_isready", self.port, self._process, self._log)

    def crash(self) -> None:
        """Each of its processes is killed where it stands, and is gone; `start` begins with what is on the disk.

        They are known by the folder they work in: PostgreSQL puts each into a process group of its own.
        """
        assert self._process is not None
        self._process.kill()
        until = time.monotonic() + _START_SECONDS
        while orphans := list(_who_works_in(self.data)):
            assert time.monotonic() < until, f"these do not die: {orphans}"
            for orphan in orphans:
                with suppress(ProcessLookupError):
                    os.kill(orphan, signal.SIGKILL)
        self._process.wait()

    def shut_down(self) -> None:
        """In order: its files may be kept."""
        self._end(signal.SIGINT)

    def abort(self) -> None:
        """At once, if it is still there: its files are of no use any more."""
        self._end(signal.SIGQUIT)

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait()

    def _run(self, command: Sequence[str | Path], who: pwd.struct_passwd) -> None:
        with self._log.open("ab") as log:
            subprocess.run(
                [str(part) for part in command],
                stdout=log,
                stderr=log,
                user=who.pw_uid,
                group=who.pw_gid,
                cwd="/",
                check=True,
            )


def _who_works_in(folder: Path) -> Iterator[int]:
    for process in Path("/proc").glob("[0-9]*"):
        # One that has just ended, or is somebody else's.
        with suppress(OSError):
            if (process / "cwd").readlink() == folder:
                yield int(process.name)


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def _wait_for(is_ready: Path, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """It listens a little before it takes anybody in."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        asked = [str(is_ready), "-q", "-h", "127.0.0.1", "-p", str(port)]
        if subprocess.run(asked, check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
