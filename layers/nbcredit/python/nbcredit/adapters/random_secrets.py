"""Secrets that nobody can guess."""

import secrets
from typing import Final

# Read out without being mistaken: no 0, O, 1, I, L.
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class RandomSecrets:
    """Tokens of 256 bits, and codes of some 79 bits to be read out."""

    def new(self) -> str:
        return secrets.token_urlsafe(32)

    def code(self) -> str:
        letters = "".join(secrets.choice(_LETTERS) for _ in range(16))
        return "-".join(letters[start : start + 4] for start in range(0, 16, 4))
