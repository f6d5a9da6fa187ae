"""Passwords of editors: kept as Argon2id hashes only, with the parameters that argon2-cffi recommends."""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from app.errors import SettingsError

FEWEST_CHARACTERS = 12
_MOST_CHARACTERS = 1_000
_hasher = PasswordHasher()
# One verification takes 64 MiB and all of a core: many at once would take the machine down.
_turns = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """The hash to keep of a new password. Raises SettingsError for one that is short."""
    if not FEWEST_CHARACTERS <= len(password) <= _MOST_CHARACTERS:
        raise SettingsError(f"a password needs {FEWEST_CHARACTERS} to {_MOST_CHARACTERS} characters")
    return _hasher.hash(password)


def is_hash(text: str) -> bool:
    """Whether this is a hash as hash_password makes them."""
    try:
        extract_parameters(text)
    except InvalidHashError:
        return False
    return text.startswith("$argon2id$")


def is_password(password: str, hashed: str | None) -> bool:
    """Whether a password is the one that was hashed; without a hash never, and after the same time."""
    with _turns:
        try:
            _hasher.verify(hashed or _nobodys(), password[:_MOST_CHARACTERS])
        except VerifyMismatchError:
            return False
    return hashed is not None


@cache
def _nobodys() -> str:
    return _hasher.hash("of nobody")
