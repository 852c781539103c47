"""The engine that reads, normalises and validates what providers send."""
