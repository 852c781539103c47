"""What the platform does, each a dataclass of ports."""
