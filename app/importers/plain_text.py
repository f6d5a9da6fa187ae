"""Text files: reports as people save them, with or without a metadata block, a title line, a desk line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import replace

from app.dates import DateBasis, PartialDate
from app.display import DisplayMode
from app.errors import RejectedInputError
from app.importers.cleaning import Removal
from app.importers.dating import date_of_text
from app.importers.draft import ArticleDraft, Found, PartRefused, SourceFile, StatedDate
from app.importers.fields import FieldError, display_mode
from app.importers.mending import mend

_KEYS = ("title", "date", "outlet", "author", "url", "source", "licence", "display", "language")
_BLOCK_LINE = rf"(?:{'|'.join(_KEYS)}):[ \t]*[^\r\n]*\r?\n"
_METADATA_BLOCK = re.compile(rf"\A(?:{_BLOCK_LINE})+(?:[ \t]*\r?\n)+", re.IGNORECASE)
# A block with a title or an address inside a file, after an empty line: another article begins there.
_INNER_BLOCK = re.compile(
    rf"(?<=\n)[ \t]*\r?\n(?=(?P<block>(?:{_BLOCK_LINE}){{2,}})[ \t]*\r?\n)", re.IGNORECASE
)
_NAMING_KEY = re.compile(r"^(?:title|url):", re.IGNORECASE | re.MULTILINE)
# A line of at least two words that is no sentence, with more text under it.
_TITLE_LINE = re.compile(r"\s*(?P<title>\S[^\n]{0,198}[^\s.!?:;,…])[ \t\r]*\n(?=\s*\S)")
_DESK_LINE = re.compile(
    r"\A(?P<desk>(?P<outlet>[A-Z][\w’'.&-]*(?: [A-Z][\w’'.&-]*){0,3}?) "
    r"(?:(?:Political|Foreign|Defence|Defense|News|Economic|World|International) )?Desk):\s"
)
_ATTRIBUTION = re.compile(r"\bAccording to [^\n.,;]{2,80}, citing [^\n.,;]{2,80}(?=[,.;])")
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1f\x7f]")
_MOST_CONTROLS = 1_000
_BYTE_ORDER_MARK = "\ufeff"


class PlainTextImporter:
    """Reads ``.txt`` files in UTF-8: one article each, or several with a metadata block before each.

    A file may begin with a metadata block: lines ``Title:``, ``Date:``, ``Outlet:``, ``Author:``,
    ``URL:``, ``Source:`` (as often as needed), ``Licence:``, ``Display:``, ``Language:``, then an empty
    line. Without a stated title the first line is taken for one if it is no sentence; without a stated
    date the text is asked for one (see ``dating``).
    """

    name = "plain text"
    version = "1"
    suffixes = (".txt",)

    def read(self, source: SourceFile) -> Iterator[Found]:
        """The one article of the file, or each of several."""
        raw = _decode(source)
        starts = _starts(source, raw)
        if len(starts) == 1:
            yield _draft(source, raw)
            return
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(raw)], strict=True), start=1):
            try:
                yield _as_part(_draft(source, raw[start:end]), number, start, end, len(raw))
            except RejectedInputError as exc:
                yield PartRefused(f"part {number}", exc.reason, exc.advice)


def _starts(source: SourceFile, raw: str) -> list[int]:
    """Where the articles of a file begin. Raises RejectedInputError where that is not certain."""
    inner = [match for match in _INNER_BLOCK.finditer(raw) if _NAMING_KEY.search(match["block"])]
    if not inner:
        return [0]
    if _METADATA_BLOCK.match(raw.removeprefix(_BYTE_ORDER_MARK)) is None:
        line = raw.count("\n", 0, inner[0].end()) + 1
        raise source.rejected(
            f"it seems to hold several articles: metadata stand in line {line}, but none at its top",
            "write the metadata of each article before it, or save each in a file of its own",
        )
    return [0, *(match.end() for match in inner)]


def _as_part(draft: ArticleDraft, number: int, start: int, end: int, length: int) -> ArticleDraft:
    """The draft of a part of a file, with removals that count the file's characters and leave out the rest.

    What the other parts say is not written down with this one.
    """
    others = [Removal("other articles of the file", *span, "") for span in ((0, start), (end, length))]
    own = [replace(one, start=one.start + start, end=one.end + start) for one in draft.removals]
    removals = (*others[:1], *own, *others[1:])
    return replace(
        draft,
        removals=tuple(one for one in removals if one.start < one.end),
        place=f"part {number}",
        is_known_by_words=True,
    )


def _draft(source: SourceFile, raw: str) -> ArticleDraft:
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
    outlet, author = _single(stated, "outlet"), _single(stated, "author")
    return ArticleDraft(
        text=text,
        removals=removals,
        title=title and mend(title),
        outlet=outlet or (desk["outlet"] if desk else None),
        author=author or (desk["desk"] if desk else None),
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
    if b"\x00" in source.content or len(_CONTROL.findall(source.content)) > _MOST_CONTROLS:
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
            stated.setdefault(key.lower(), []).append(mend(value.strip()))
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
