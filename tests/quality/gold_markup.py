"""Reads an annotated item of `gold/`: its text, the tagged stretches, and the table of quotations below it.

An item is three parts with a line `---` between them: settings, text, table.

    style: British broadsheet, curly marks
    apostrophes: allies’ workers’
    ---
    Ministers disagree over {title “The Long Table”}

    {1 “We need a treaty,”} {1s Okonkwo} {1c said}. {2s She} {2c called} {2 the plan {“too small”}}.
    ---
    1 | Ngozi Okonkwo |
    2 | Ngozi Okonkwo | two-speakers

In the text, ``{7 …}`` is what quotation 7 gives as said, marks included; several of one number are one
broken quotation. Where only some of its words stand in marks, each such stretch has braces of its own.
``{7s …}`` is its speaker as printed and ``{7c …}`` its cue. ``{scare …}``, ``{title …}`` and ``{name …}`` are
words in marks that nobody is quoted with.

In the table stand number, speaker's name and labels. The name is the fullest form that a careful reader
finds in the item; several, by `;`, for co-speakers. `=` is the words as printed (a source without a name),
`= words` the fuller description that "the source" takes up, `?` a speaker whom the item does not tell apart,
`-` nobody, `as 6` the speaker of quotation 6, words and name. Other accepted names follow after `~`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

REJECTIONS = ("scare", "title", "name")
OPENING_MARKS = ("''", "“", "„", "«", '"', "‘", "'")

_TAG = re.compile(
    r"\{(?P<number>\d+)(?P<part>[sc]?) |\{(?P<reason>[a-z]+) |(?P<stretch>\{(?=[“„«\"‘']))|\}|\{"
)
_ROW = re.compile(r"(?P<number>\d+) \| (?P<name>[^|]+?) \|(?P<labels>[ a-z-]*)")
_PARTS = {"": "content", "s": "speaker", "c": "cue"}


class GoldError(Exception):
    """An annotated item that does not say one thing clearly; the message names the item and the place."""


@dataclass(frozen=True, slots=True, order=True)
class Tagged:
    """A tagged stretch of the clean text: ``what`` is content, speaker, cue, stretch or a rejection.

    ``number`` is the quotation it belongs to; a stretch has that of the content around it.
    """

    start: int
    end: int
    what: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table, its names not yet looked up."""

    number: int
    name: str
    alternatives: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """An annotated item: the clean text, what is tagged in it and the rows of its table by number."""

    name: str
    style: str
    apostrophes: tuple[str, ...]
    text: str
    tagged: tuple[Tagged, ...]
    rows: dict[int, Row]

    def of(self, number: int, what: str) -> list[Tagged]:
        """The stretches of that sort tagged for quotation ``number``, in order."""
        return [tag for tag in self.tagged if tag.number == number and tag.what == what]

    def complain(self, message: str, start: int | None = None) -> GoldError:
        """An error that names this item and, with ``start``, the words there."""
        where = "" if start is None else f" at {self.text[max(0, start - 20) : start + 40]!r}"
        return GoldError(f"{self.name}: {message}{where}")


def read_item(path: Path) -> Item:
    """The item in a file; raises GoldError where the annotation is unclear."""
    return parse_item(path.stem, path.read_text(encoding="utf-8"))


def parse_item(name: str, annotated: str) -> Item:
    """The item that ``annotated`` describes."""
    parts = annotated.split("\n---\n")
    if len(parts) != 3:
        raise GoldError(f"{name}: {len(parts)} parts instead of settings, text and table")
    settings = dict(line.split(": ", 1) for line in parts[0].splitlines())
    text, tagged = _untag(name, parts[1].strip("\n"))
    return Item(
        name,
        settings.pop("style"),
        tuple(settings.pop("apostrophes", "").split()),
        text,
        tuple(sorted(tagged)),
        _rows(name, parts[2], settings),
    )


def _untag(name: str, annotated: str) -> tuple[str, list[Tagged]]:
    """The clean text and the stretches that were in braces."""
    clean: list[str] = []
    done: list[Tagged] = []
    still_open: list[tuple[int, str, int | None]] = []
    length = position = 0
    for match in _TAG.finditer(annotated):
        clean.append(annotated[position : match.start()])
        length += match.start() - position
        position = match.end()
        if match[0] != "}":
            still_open.append((length, *_meaning(name, match, still_open)))
        elif still_open:
            start, what, number = still_open.pop()
            done.append(Tagged(start, length, what, number))
        else:
            raise GoldError(f"{name}: closing brace too many before {annotated[position : position + 30]!r}")
    if still_open:
        raise GoldError(f"{name}: {len(still_open)} braces are not closed")
    return "".join([*clean, annotated[position:]]), done


def _meaning(
    name: str, match: re.Match[str], around: list[tuple[int, str, int | None]]
) -> tuple[str, int | None]:
    """What an opening brace stands for, and the number of its quotation."""
    if match["number"]:
        return _PARTS[match["part"]], int(match["number"])
    if match["reason"] in REJECTIONS:
        return match["reason"], None
    contents = [number for _, what, number in around if what == "content"]
    if match["stretch"] and contents:
        return "stretch", contents[-1]
    raise GoldError(f"{name}: unknown tag {match.string[match.start() : match.start() + 30]!r}")


def _rows(name: str, table: str, leftover: dict[str, str]) -> dict[int, Row]:
    """The rows of the table by number."""
    if leftover:
        raise GoldError(f"{name}: unknown settings {sorted(leftover)}")
    rows: dict[int, Row] = {}
    for line in table.strip().splitlines():
        match = _ROW.fullmatch(line)
        if match is None or int(match["number"]) in rows:
            raise GoldError(f"{name}: not a row of its own: {line!r}")
        number = int(match["number"])
        said, _, accepted = match["name"].partition(" ~ ")
        rows[number] = Row(number, said, tuple(_listed(accepted)), tuple(match["labels"].split()))
    return rows


def _listed(names: str) -> list[str]:
    """The names in a list by semicolons."""
    return [name.strip() for name in names.split(";") if name.strip()]
