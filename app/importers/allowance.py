"""How much may be unpacked from one file: each member, and all of them together."""

from __future__ import annotations

# Text shrinks to a tenth; what grows two hundredfold is a bomb.
_MOST_GROWTH = 200
_FREE_BYTES = 10_000_000
_FREE_IN_ALL = 100_000_000


class BombError(Exception):
    """A member is more than may come out of it; the message says how much that is."""


class AllowanceSpentError(Exception):
    """All members together are more than may come out of the file."""


class Allowance:
    """What may still be unpacked from a file of ``byte_count`` bytes; ``max_bytes`` is for each member."""

    def __init__(self, byte_count: int, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._left = max(_FREE_IN_ALL, byte_count * _MOST_GROWTH)

    def spend(self, piece: int, unpacked: int, packed: int) -> None:
        """Note that ``piece`` more bytes came out of a member: ``unpacked`` so far, of ``packed`` there.

        Raises BombError if the member, AllowanceSpentError if the whole file is too much.
        """
        self._left -= piece
        if self._left < 0:
            raise AllowanceSpentError
        if unpacked > max(_FREE_BYTES, packed * _MOST_GROWTH):
            raise BombError(f"it unpacks to more than {_MOST_GROWTH} times its size")
        if unpacked > self.max_bytes:
            raise BombError(f"it unpacks to more than the {self.max_bytes / 1e6:.0f} MB that are taken")
