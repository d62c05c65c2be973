"""The faults that pass by themselves."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

# The database is restarted, cannot be reached, or broke a deadlock at our cost.
PASSING = (OperationalError, InterfaceError)
