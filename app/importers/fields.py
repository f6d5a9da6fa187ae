"""The fields by which a JSON object or a front matter states an article: one list for both."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.dates import DateBasis, PartialDate
from app.display import DisplayMode
from app.importers.draft import StatedDate
from app.importers.mending import mend

# What is meant, and the names it may have; of several that are given the first counts.
NAMES: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "text": ("text", "body", "content"),
    "url": ("url",),
    "outlet": ("outlet", "source", "site"),
    "author": ("author", "byline"),
    "date": ("date", "published"),
    "licence": ("licence", "license"),
    "display": ("display",),
    "language": ("language",),
    "based_on": ("based_on",),
}
_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)|(\d{4})(\d{2})(\d{2})(?!\d)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_SHOWN_CHARACTERS = 60


class FieldError(ValueError):
    """A field holds what cannot be meant; ``reason`` says which and why, ``advice`` what to do."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Fields:
    """What was stated, in one line each but the text; ``unread`` are names that are not known or not used."""

    title: str | None
    text: str | None
    url: str | None
    outlet: str | None
    author: str | None
    published: StatedDate | None
    licence: str | None
    display: DisplayMode | None
    language: str | None
    based_on: tuple[str, ...]
    unread: tuple[str, ...]


def read_fields(values: Mapping[str, Any]) -> Fields:
    """The fields of ``values``; those that are null or empty are not stated. Raises FieldError.

    An address as ``source`` is what the article is based on, anything else there is its outlet.
    """
    source = values.get("source")
    address = source.strip() if isinstance(source, str) and is_web_address(source.strip()) else None
    rest = {name: value for name, value in values.items() if address is None or name != "source"}
    used = {
        what: next((name for name in names if _is_given(rest.get(name))), None)
        for what, names in NAMES.items()
    }
    based_on = _stated(rest, used, "based_on", _lines) or ()
    return Fields(
        title=_stated(rest, used, "title", one_line),
        text=_stated(rest, used, "text", _text),
        url=_stated(rest, used, "url", _web_address),
        outlet=_stated(rest, used, "outlet", one_line),
        author=_stated(rest, used, "author", lambda value: ", ".join(_lines(value)) or None),
        published=_stated(rest, used, "date", lambda value: _stated_date(used["date"] or "", value)),
        licence=_stated(rest, used, "licence", one_line),
        display=_stated(rest, used, "display", display_mode),
        language=_stated(rest, used, "language", one_line),
        based_on=(address, *based_on) if address else based_on,
        unread=tuple(mend(name) for name in rest if name not in used.values() and _is_given(rest[name])),
    )


def one_line(value: Any) -> str | None:
    """A text in one line, without control characters; None if nothing is left. FieldError for no text."""
    if not isinstance(value, str):
        raise FieldError(f"is no text but {_kind(value)}", "write it as a text in quotation marks")
    return " ".join(_CONTROL.sub(" ", mend(value)).split()) or None


def as_date(value: Any) -> PartialDate | None:
    """The day that a date or time of metadata begins with, as it is written there: zones are not shifted.

    >>> as_date("2025-03-17T23:30:00-05:00").iso()
    '2025-03-17'
    """
    match = _DAY.match(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups() if part)
    try:
        return PartialDate(year, month, day)
    except ValueError:
        return None


def display_mode(value: Any) -> DisplayMode | None:
    """How much of the article may be shown. Raises FieldError."""
    text = one_line(value)
    try:
        return DisplayMode(text.lower()) if text else None
    except ValueError as exc:
        names = ", ".join(DisplayMode)
        raise FieldError(f"is none of {names}: “{_shown(text or '')}”", f"write one of {names}") from exc


def is_web_address(text: str) -> bool:
    """Whether the text is a whole address of http or https.

    >>> is_web_address("https://example.org/pact"), is_web_address("javascript:alert(1)")
    (True, False)
    """
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and not re.search(r"\s", text)


def _stated(
    values: Mapping[str, Any], used: Mapping[str, str | None], what: str, read: Callable[[Any], Any]
) -> Any:
    """The field as ``read`` reads it; a fault names the field."""
    name = used[what]
    if name is None:
        return None
    try:
        return read(values[name])
    except FieldError as exc:
        raise FieldError(f"its field “{name}” {exc.reason}", exc.advice) from exc


def _is_given(value: Any) -> bool:
    return value is not None and value not in ("", [], {})


def _text(value: Any) -> str:
    """A text, or a list of its paragraphs."""
    paragraphs = value if isinstance(value, list) else [value]
    for paragraph in paragraphs:
        if not isinstance(paragraph, str):
            raise FieldError(f"is no text but {_kind(paragraph)}", "write it as a text in quotation marks")
    return mend("\n".join(paragraphs))


def _lines(value: Any) -> tuple[str, ...]:
    """One text, or a list of texts."""
    lines = [one_line(line) for line in (value if isinstance(value, list) else [value])]
    return tuple(line for line in lines if line)


def _web_address(value: Any) -> str | None:
    address = one_line(value)
    if address is not None and not is_web_address(address):
        raise FieldError(f"is no web address: “{_shown(address)}”", "write it whole, beginning with https://")
    return address


def _stated_date(name: str, value: Any) -> StatedDate | None:
    """YYYY, YYYY-MM, YYYY-MM-DD, or a time that begins so; a bare number can be a year."""
    text = one_line(str(value) if isinstance(value, int) and not isinstance(value, bool) else value)
    if text is None:
        return None
    try:
        date = PartialDate.parse(text)
    except ValueError as exc:
        found = as_date(text)
        if found is None:
            raise FieldError(
                f"gives no date: “{_shown(text)}”", "write it as YYYY-MM-DD, YYYY-MM or YYYY"
            ) from exc
        date = found
    return StatedDate(date, DateBasis.STATED, f"{name}: {text}")


def _kind(value: Any) -> str:
    kinds = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}
    return kinds.get(type(value), "nothing")


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
