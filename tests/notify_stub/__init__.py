"""GOV.UK Notify's API over HTTP on loopback, for the real client: what its documentation says, and faults on demand.

Also a program: `python -m tests.notify_stub --port 6011` says on its first line which settings a portal needs for it.
"""

from tests.notify_stub.service import Behaviour, Fault, Notify
from tests.notify_stub.serving import Stub, running

__all__ = ["Behaviour", "Fault", "Notify", "Stub", "running"]
