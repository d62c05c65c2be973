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
from contextlib import contextmanager
from pathlib import Path

_START_SECONDS = 30
# A test loses nothing when the power goes.
_QUICK = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


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
    folder = Path(tempfile.mkdtemp(prefix="staffpassport-postgres-"))
    owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    data, port = folder / "data", _free_port()
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    with (folder / "log").open("wb") as log:
        if start_from:
            _run(["cp", "-r", start_from, data], pwd.getpwuid(os.geteuid()), log)
            _run(["chown", "-R", f"{owner.pw_uid}:{owner.pw_gid}", data], pwd.getpwuid(os.geteuid()), log)
            data.chmod(0o700)
        else:
            _run([binaries / "initdb", "-D", data, "-U", "tests", "--auth=trust", "-E", "UTF8"], owner, log)
        process = subprocess.Popen(
            [
                *[str(binaries / "postgres"), "-D", str(data), "-k", str(folder), "-p", str(port)],
                *["-c", "listen_addresses=127.0.0.1", *options],
            ],
            stdout=log,
            stderr=log,
            user=owner.pw_uid,
            group=owner.pw_gid,
            cwd=folder,
        )
        try:
            _wait_for(binaries / "pg_isready", port, process, folder / "log")
            if not start_from:
                _run(
                    [binaries / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "tests", "tests"],
                    owner,
                    log,
                )
            yield f"postgresql://tests@127.0.0.1:{port}/tests"
            if keep_as:
                process.send_signal(signal.SIGINT)
                process.wait()
                shutil.move(data, keep_as)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGQUIT)
                process.wait()
            shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[Path | str], owner: pwd.struct_passwd, log: object) -> None:
    subprocess.run(
        [str(part) for part in command],
        stdout=log,  # type: ignore[call-overload]
        stderr=log,
        user=owner.pw_uid,
        group=owner.pw_gid,
        cwd="/",
        check=True,
    )


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
