"""Text files: a report as people save it, with or without a metadata block, a title line, a desk line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from app.dates import DateBasis, PartialDate
from app.display import DisplayMode
from app.importers.cleaning import Removal
from app.importers.dating import date_of_text
from app.importers.draft import ArticleDraft, SourceFile, StatedDate
from app.importers.fields import FieldError, display_mode

_KEYS = ("title", "date", "outlet", "author", "url", "source", "licence", "display", "language")
_BLOCK_LINE = rf"(?:{'|'.join(_KEYS)}):[ \t]*[^\r\n]*\r?\n"
_METADATA_BLOCK = re.compile(rf"\A(?:{_BLOCK_LINE})+(?:[ \t]*\r?\n)+", re.IGNORECASE)
# A line of at least two words that is no sentence, with more text under it.
_TITLE_LINE = re.compile(r"\s*(?P<title>\S[^\n]{0,198}[^\s.!?:;,…])[ \t\r]*\n(?=\s*\S)")
_DESK_LINE = re.compile(
    r"\A(?P<desk>(?P<outlet>[A-Z][\w’'.&-]*(?: [A-Z][\w’'.&-]*){0,3}?) "
    r"(?:(?:Political|Foreign|Defence|Defense|News|Economic|World|International) )?Desk):\s"
)
_ATTRIBUTION = re.compile(r"\bAccording to [^\n.,;]{2,80}, citing [^\n.,;]{2,80}(?=[,.;])")
_BYTE_ORDER_MARK = "\ufeff"


class PlainTextImporter:
    """Reads ``.txt`` files, one article each, in UTF-8.

    A file may begin with a metadata block: lines ``Title:``, ``Date:``, ``Outlet:``, ``Author:``,
    ``URL:``, ``Source:`` (as often as needed), ``Licence:``, ``Display:``, ``Language:``, then an empty
    line. Without a stated title the first line is taken for one if it is no sentence; without a stated
    date the text is asked for one (see ``dating``).
    """

    name = "plain text"
    version = "1"
    suffixes = (".txt",)

    def read(self, source: SourceFile) -> Iterator[ArticleDraft]:
        """The one article of the file."""
        raw = _decode(source)
        stated, taken = _metadata_block(raw)
        title = _single(stated, "title")
        if title is None:
            title, line = _title_line(raw, taken[-1].end if taken else 0)
            taken += line
        text, removals = source.cleaned(raw, taken)
        if not text.strip():
            raise source.rejected("it holds no text", "put the text of the report into the file")
        desk = _DESK_LINE.match(text)
        attribution = _ATTRIBUTION.search(text)
        yield ArticleDraft(
            text=text,
            removals=removals,
            title=title,
            outlet=_single(stated, "outlet") or (desk["outlet"] if desk else None),
            author=_single(stated, "author") or (desk["desk"] if desk else None),
            url=_single(stated, "url"),
            published=_stated_date(source, stated) or date_of_text(text),
            language=_single(stated, "language"),
            licence=_single(stated, "licence"),
            display=_stated_display(source, stated),
            attribution=attribution.group() if attribution else None,
            based_on=tuple(stated.get("source", ())),
        )


def _title_line(raw: str, start: int) -> tuple[str | None, list[Removal]]:
    """The title line, if what follows the metadata block begins with one, and its removal."""
    match = _TITLE_LINE.match(raw, start)
    if match is None or " " not in match["title"] or match["title"].startswith("!["):
        return None, []
    return match["title"], [Removal("title line", start, match.end(), match.group())]


def _decode(source: SourceFile) -> str:
    """The file's text; RejectedInputError for what is no UTF-8 text."""
    if source.content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise source.rejected("it is UTF-16 text, not UTF-8", "save the file again with the encoding UTF-8")
    if b"\x00" in source.content:
        raise source.rejected("it is a binary file, not text", "save the report as plain text in UTF-8")
    try:
        return source.content.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise source.rejected(
            f"it is not UTF-8 text (byte {exc.start} is 0x{source.content[exc.start]:02x})",
            "save the file again with the encoding UTF-8",
        ) from exc


def _metadata_block(raw: str) -> tuple[dict[str, list[str]], list[Removal]]:
    """What the metadata block states, by key in lower case, and the removals that take it out."""
    start = len(_BYTE_ORDER_MARK) if raw.startswith(_BYTE_ORDER_MARK) else 0
    taken = [Removal("byte-order mark", 0, start, raw[:start])] if start else []
    match = _METADATA_BLOCK.match(raw[start:])
    stated: dict[str, list[str]] = {}
    if match is None:
        return stated, taken
    for line in match.group().splitlines():
        key, _, value = line.partition(":")
        if value.strip():
            stated.setdefault(key.lower(), []).append(value.strip())
    return stated, [*taken, Removal("metadata block", start, start + match.end(), match.group())]


def _single(stated: dict[str, list[str]], key: str) -> str | None:
    return stated[key][0] if key in stated else None


def _stated_date(source: SourceFile, stated: dict[str, list[str]]) -> StatedDate | None:
    text = _single(stated, "date")
    if text is None:
        return None
    try:
        return StatedDate(PartialDate.parse(text), DateBasis.STATED, f"Date: {text}")
    except ValueError as exc:
        raise source.rejected(
            f"its line “Date: {text}” gives no date", "write it as YYYY-MM-DD, YYYY-MM or YYYY"
        ) from exc


def _stated_display(source: SourceFile, stated: dict[str, list[str]]) -> DisplayMode | None:
    text = _single(stated, "display")
    try:
        return display_mode(text) if text else None
    except FieldError as exc:
        raise source.rejected(f"its line “Display: {text}” {exc.reason}", exc.advice) from exc
