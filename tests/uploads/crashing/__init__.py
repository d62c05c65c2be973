"""Processes that die: at a statement of the test's choice, in the test itself or in a worker of its own."""
