"""The API over HTTP on loopback, threaded; and what goes wrong on the way: slow answers, cut connections, silence."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.notify_stub.callbacks import Callbacks
from tests.notify_stub.service import Behaviour, Fault, Notify, RefusedError

_TYPES = {"/v2/notifications/email": "email", "/v2/notifications/sms": "sms"}


class Stub(ThreadingHTTPServer):
    """Notify at `url`. `notify` is what it knows; `callbacks` what it told the portal."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, behaviour: Behaviour | None = None, port: int = 0) -> None:
        self.notify = Notify(behaviour)
        self.callbacks = Callbacks(self.notify)
        self.closing = Event()
        super().__init__(("127.0.0.1", port), _Request)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nothing to tell of."""


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Stub

    def do_GET(self) -> None:
        self._answered(self._asked)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(length)
        self._answered(lambda: self._sent(body))

    def date_time_string(self, timestamp: float | None = None) -> str:
        return formatdate(self.server.notify.behaviour.clock(), usegmt=True)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests want no lines."""

    def _answered(self, work: Callable[[], tuple[int, Any] | None]) -> None:
        notify = self.server.notify
        try:
            if self.path != "/stub":
                notify.check_token(self.headers.get("Authorization", ""))
            answer = work()
        except RefusedError as refused:
            notify.answers[refused.kind] += 1
            answer = refused.status, refused.body
        if answer is None:
            self._cut()
            return
        status, body = answer
        notify.answers[str(status)] += 1
        told = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(told)

    def _asked(self) -> tuple[int, Any]:
        notify, parts = self.server.notify, urlsplit(self.path)
        match parts.path.strip("/").split("/"):
            case ["stub"]:
                return 200, {"answers": notify.answers, "accepted_at": notify.accepted_at}
            case ["v2", "notifications"]:
                return 200, notify.listed(parse_qs(parts.query))
            case ["v2", "notifications", id_]:
                return 200, notify.by_id(id_)
            case ["v2", "template", id_]:
                return 200, notify.template(id_)
        raise RefusedError(404, "NotFound", "The requested URL was not found on the server.")

    def _sent(self, body: bytes) -> tuple[int, Any] | None:
        """None where the connection is to be cut without an answer."""
        notify, how = self.server.notify, self.server.notify.behaviour
        type_ = _TYPES.get(self.path)
        if type_ is None:
            raise RefusedError(404, "NotFound", "The requested URL was not found on the server.")
        try:
            asked = json.loads(body)
        except ValueError:
            raise RefusedError(400, "BadRequestError", "Invalid JSON supplied in POST data") from None
        recipient = str(asked.get("email_address") or asked.get("phone_number"))
        fault = notify.fault_of(recipient, asked.get("reference"))
        if how.latency:
            time.sleep(how.latency)
        if fault is Fault.CUT_BEFORE:
            return None
        sent, told = notify.send(type_, asked, fault)
        self.server.callbacks.of(sent)
        if fault is Fault.CUT_AFTER:
            return None
        if fault is Fault.SILENT:
            self.server.closing.wait(how.silence)
            return None
        if fault is Fault.SLOW:
            self.server.closing.wait(how.slow)
        return 201, told

    def _cut(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def running(behaviour: Behaviour | None = None) -> Iterator[Stub]:
    """A stub on a free port, gone at the end of the block."""
    stub = Stub(behaviour)
    thread = Thread(target=stub.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        stub.closing.set()
        stub.shutdown()
        stub.server_close()
        stub.callbacks.close()
