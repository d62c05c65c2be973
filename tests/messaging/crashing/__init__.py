"""An app that kills its own worker at a point of choice, for the tests that start real workers."""
