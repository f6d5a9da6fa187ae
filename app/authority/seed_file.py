"""Reading a register file: JSON whose every fault is told with its place and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from app.dates import PartialDate
from app.errors import RegisterError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """A JSON object of a register file; ``where`` says which ("persons 3, memberships 1")."""

    path: Path
    where: str
    fields: dict[str, Any]

    def text(self, key: str) -> str:
        """The text under ``key``, never blank."""
        value = self.optional_text(key)
        if value is None:
            raise self.fault(f"has no {key!r}: give it one, as text in quotation marks")
        return value

    def optional_text(self, key: str) -> str | None:
        """The text under ``key``; None where it is missing or null."""
        value = self.fields.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self.fault(f"{key!r} is {value!r}: give text in quotation marks, or null")
        return value

    def date(self, key: str) -> PartialDate | None:
        """The partial date under ``key``; None where it is missing or null."""
        value = self.optional_text(key)
        return None if value is None else self.checked(lambda: PartialDate.parse(value), key)

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts under ``key``; empty where it is missing."""
        values = self._list(key)
        if not all(isinstance(value, str) and value.strip() for value in values):
            raise self.fault(f"{key!r} has something other than text in it: put each in quotation marks")
        return tuple(values)

    def entries(self, key: str) -> tuple[Entry, ...]:
        """The list of objects under ``key``; empty where it is missing."""
        return tuple(self._entry(f"{key} {i}", value) for i, value in enumerate(self._list(key), start=1))

    def table(self, key: str) -> Entry:
        """The object under ``key``; empty where it is missing."""
        return self._entry(key, self.fields.get(key, {}))

    def flag(self, key: str) -> bool:
        """Whether ``key`` is there and true."""
        value = self.fields.get(key, False)
        if not isinstance(value, bool):
            raise self.fault(f"{key!r} is {value!r}: write true or false")
        return value

    def checked(self, make: Callable[[], T], what: str) -> T:
        """What ``make`` gives; a ValueError of it becomes a fault of this entry."""
        try:
            return make()
        except ValueError as error:
            raise self.fault(f"{what}: {error}: correct it") from error

    def fault(self, reason: str) -> RegisterError:
        """The error to raise for this entry."""
        name = self.fields.get("id")
        place = f"{self.where} ({name})" if isinstance(name, str) else self.where
        return RegisterError(self.path, f"{place} {reason}".strip())

    def _list(self, key: str) -> list[Any]:
        value = self.fields.get(key, [])
        if not isinstance(value, list):
            raise self.fault(f"{key!r} is no list: put its entries between [ and ]")
        return value

    def _entry(self, where: str, value: object) -> Entry:
        place = f"{self.where}, {where}" if self.where else where
        if not isinstance(value, dict):
            raise RegisterError(self.path, f"{place} is no object: put its fields between {{ and }}")
        return Entry(self.path, place, value)


def read_seed_file(path: Path) -> Entry:
    """The object a register file holds. Raises RegisterError where it cannot be read."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RegisterError(path, f"cannot be read ({error.strerror}): put the register there") from error
    except ValueError as error:  # broken JSON and broken UTF-8 alike
        raise RegisterError(path, f"is no JSON in UTF-8 ({error}): correct it") from error
    except RecursionError as error:
        raise RegisterError(path, "is nested too deeply: put back the register") from error
    if not isinstance(value, dict):
        raise RegisterError(path, "holds no object: put back the register")
    return Entry(path, "", value)
