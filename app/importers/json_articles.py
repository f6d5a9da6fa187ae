"""JSON: a single article, a list of them, or one a line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from app.importers.bounded import MOST_BYTES
from app.importers.cleaning import TextTooLongError, clean
from app.importers.draft import ArticleDraft, Found, PartRefused, SourceFile, UnknownField
from app.importers.fields import NAMES, FieldError, Fields, read_fields
from app.importers.marked_up import is_marked_up, plain_text_of

_FIELD_NAMES = ", ".join(names[0] for names in NAMES.values())
_MOST_ITEMS = 50_000
_ADVICE_JSON = "write one JSON object a line, or a list of them, in UTF-8"


class JsonImporter:
    """Reads JSON with the fields of ``fields``: one object, a list of objects, or an object a line.

    A line or item that cannot be read is refused with its number and the others are taken. Fields that are
    not known are left out and reported. A text in HTML is read as a page would show it.

    Items move when a dump is written again, so an article without an address is known by its words.
    """

    name = "JSON"
    version = "1"
    suffixes = (".json",)

    def read(self, source: SourceFile) -> Iterator[Found]:
        """The articles in their order, then the fields that are not known."""
        if len(source.content) > MOST_BYTES:
            raise source.rejected(
                f"it has {len(source.content) / 1e6:.1f} MB, more than the {MOST_BYTES / 1e6:.0f} MB of JSON",
                "write one object a line into a .jsonl file, which may have any size",
            )
        rows = list(_rows(source))
        if not any(isinstance(row, dict) and _has_text(row) for _, row in rows) and not any(
            isinstance(row, PartRefused) for _, row in rows
        ):
            raise source.not_an_article(
                "it is JSON, but nothing in it has a field “text”, “body” or “content”",
                f"give each article these fields: {_FIELD_NAMES}",
            )
        unread: dict[str, None] = {}
        for place, row in rows:
            if isinstance(row, PartRefused):
                yield row
                continue
            try:
                fields = _fields_of(row)
                unread.update(dict.fromkeys(fields.unread))
                yield _draft(fields, place)
            except FieldError as exc:
                yield PartRefused(place, exc.reason, exc.advice)
        yield from (UnknownField(name) for name in unread)


def _rows(source: SourceFile) -> Iterator[tuple[str, Any]]:
    """Each row with its place; PartRefused for a line that is no JSON. Raises RejectedInputError."""
    try:
        text = source.content.decode(json.detect_encoding(source.content)).removeprefix("\ufeff")
    except UnicodeDecodeError as exc:
        raise source.rejected("it is not UTF-8 text", _ADVICE_JSON) from exc
    try:
        value = _parse(text)
    except (ValueError, RecursionError) as exc:
        lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
        if len(lines) <= 1 or not any(_is_json(line) for _, line in lines):
            raise source.rejected(f"it is no JSON ({_fault(exc)})", _ADVICE_JSON) from exc
        yield from _lines(lines)
        return
    if isinstance(value, list) and len(value) > _MOST_ITEMS:
        raise source.rejected(
            f"it is a list of {len(value)} items, more than {_MOST_ITEMS}",
            "write one a line into a .jsonl file",
        )
    if isinstance(value, list):
        yield from ((f"item {number}", item) for number, item in enumerate(value, start=1))
    else:
        yield "0", value


def _lines(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[str, Any]]:
    for number, line in lines:
        place = f"line {number}"
        try:
            yield place, _parse(line)
        except (ValueError, RecursionError) as exc:
            yield place, PartRefused(place, f"it is no JSON ({_fault(exc)})", "mend the line, or remove it")


def _is_json(line: str) -> bool:
    try:
        return isinstance(_parse(line), dict)
    except (ValueError, RecursionError):
        return False


def _parse(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object; ValueError for a name that stands in it twice: nobody knows which is meant."""
    found = dict(pairs)
    if len(found) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = counts.most_common(1)[0][0]
        raise ValueError(f"the field {twice!r} stands in it twice")
    return found


def _fault(exc: Exception) -> str:
    if isinstance(exc, RecursionError):
        return "it is nested too deeply"
    return str(exc).split(": line 1 column", maxsplit=1)[0][:100]


def _has_text(row: dict[str, Any]) -> bool:
    return any(row.get(name) for name in NAMES["text"])


def _fields_of(row: Any) -> Fields:
    if not isinstance(row, dict):
        raise FieldError("it is no JSON object", f"write it with the fields {_FIELD_NAMES}")
    return read_fields(row)


def _draft(fields: Fields, place: str) -> ArticleDraft:
    raw = fields.text or ""
    try:
        text, _ = clean(plain_text_of(raw) if is_marked_up(raw) else raw)
    except TextTooLongError as exc:
        raise FieldError(exc.reason, exc.advice) from exc
    except ValueError as exc:
        raise FieldError(str(exc), "give its text without HTML") from exc
    if not text:
        raise FieldError("it has no text", "give it a field “text”, or remove it")
    return ArticleDraft(
        text=text,
        title=fields.title,
        outlet=fields.outlet,
        author=fields.author,
        url=fields.url,
        published=fields.published,
        language=fields.language,
        licence=fields.licence,
        display=fields.display,
        based_on=fields.based_on,
        place=place,
        is_known_by_words=True,
    )
