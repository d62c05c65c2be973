"""System management: what a trust's senior administrators set, and what the invited read."""
