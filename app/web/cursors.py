"""Cursors of the API: opaque to those who use them, and still right when rows come in between two calls."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import QueryError

_LIST_CHARACTERS = 8


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a list was left: after the row with this key, which was number ``position`` of it, from 1."""

    position: int
    key: int | str

    def text(self, of_list: str) -> str:
        """As a word that fits into an address; it is read again for the same list only."""
        content = json.dumps([_fingerprint(of_list), self.position, self.key])
        return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


START = Cursor(0, "")


def read_cursor(text: str, of_list: str) -> Cursor:
    """The cursor of this text, START for an empty one. Raises QueryError for what is none of this list."""
    if not text:
        return START
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        fingerprint, position, key = json.loads(content)
    except (binascii.Error, ValueError, TypeError) as exc:
        raise QueryError("this is no cursor: take the address in “next” as it is", text) from exc
    is_whole = isinstance(position, int) and isinstance(key, int | str)
    if not is_whole or not 0 <= position <= 2**53 or fingerprint != _fingerprint(of_list):
        raise QueryError("this cursor is of another list: begin that list without a cursor", text)
    return Cursor(position, key)


def position_after(cursor: Cursor, keys: Sequence[int | str]) -> int:
    """Where in ``keys`` to go on: behind the cursor's row, wherever it is now; at its place if it is gone."""
    if cursor.position == 0:
        return 0
    if keys[cursor.position - 1 : cursor.position] == [cursor.key]:
        return cursor.position
    return keys.index(cursor.key) + 1 if cursor.key in keys else min(cursor.position, len(keys))


def _fingerprint(of_list: str) -> str:
    return hashlib.sha256(of_list.encode("utf-8", "replace")).hexdigest()[:_LIST_CHARACTERS]
