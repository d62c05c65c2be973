"""python -m tests.notify_stub: GOV.UK Notify on this machine, for a portal that is tried out by hand or measured."""

from __future__ import annotations

import argparse
import sys

from tests.notify_stub.service import EMAIL_TEMPLATE, KEY, TEXT_TEMPLATE, Behaviour, Fault
from tests.notify_stub.serving import Stub


def main() -> None:
    """Serves until it is interrupted. `GET /stub` tells what was answered and when messages were accepted."""
    parser = argparse.ArgumentParser(prog="notify_stub", description="GOV.UK Notify's API on loopback")
    parser.add_argument("--port", type=int, default=0, help="a free one otherwise")
    parser.add_argument("--messages-a-minute", type=int, default=3000)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds until an answer")
    parser.add_argument("--hidden", type=float, default=0.0, help="seconds until a look-up finds a message")
    parser.add_argument("--ends-after", type=float, default=2.0, help="seconds until a message is delivered")
    parser.add_argument("--callback-url", default="")
    parser.add_argument("--callback-token", default="")
    parser.add_argument("--callbacks-lost", type=float, default=0.0, help="the part that is lost, 0 to 1")
    parser.add_argument("--chance", action="append", default=[], help="of a fault, such as error=0.1")
    asked = vars(parser.parse_args())
    port, chances = asked.pop("port"), asked.pop("chance")
    behaviour = Behaviour(**asked)
    for chance in chances:
        name, _, part = chance.partition("=")
        behaviour.chances[Fault(name)] = float(part)
    stub = Stub(behaviour, port)
    sys.stdout.write(
        f"MESSAGE_PROVIDER=notify NOTIFY_BASE_URL={stub.url} NOTIFY_API_KEY={KEY} "
        f"NOTIFY_EMAIL_TEMPLATE={EMAIL_TEMPLATE} NOTIFY_TEXT_TEMPLATE={TEXT_TEMPLATE}\n"
    )
    sys.stdout.flush()
    stub.serve_forever()


if __name__ == "__main__":
    main()
