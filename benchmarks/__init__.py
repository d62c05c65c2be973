"""How long the portal takes, and how far that is from what is possible: `make bench`."""
