"""Writes gold.jsonl from the annotated items in gold/: `build_gold.py [--predictions OUT.jsonl]`.

How an item is annotated stands in gold_markup.py. Here the offsets are found, what can be seen from the words
is filled in (kind, marks, how the speaker is named, most structure labels), and the item is refused if any
quotation mark of its text is not accounted for.

The form of gold.jsonl, an article a line, offsets in code points:

    {id, source, style, text, regions: [[start, end, marks]],
     rejected: [{start, end, text, why}],
     quotes: [{start, end, text, kind, cue, speaker, speaker_name, speaker_how, group,
               quoted: [{start, end, text, marks, words}], structure: [label], speaker_alts?}]}

Entries of one group are one broken quotation. `marks` is "d" for double marks and "s" for single ones. The
speaker's words run on through appositions and relative clauses; a follow-on has the mention it leans on.

`--predictions` also writes the gold in the form of a prediction, a stretch or an indirect quotation each: a
scorer must find nothing wrong with it.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.quality.gold_markup import OPENING_MARKS, REJECTIONS, GoldError, Item, Row, Tagged, read_item

FOLDER = Path(__file__).parent
ITEMS = FOLDER / "gold"
GOLD = FOLDER / "gold.jsonl"

Entry = dict[str, Any]

# Labels that an annotator gives; the others are found from the words.
GIVEN_LABELS = frozenset(
    """
    announced apposition co-speakers dash-attribution document embedded follow-on given-name
    headline long-role misspelt organisation participle passive question same-surname
    spokesperson transcript two-speakers unnamed written
    """.split()
)
_CLOSING = {"“": "”", "„": "“”", "«": "»", '"': '"', "''": "''", "‘": "’", "'": "'"}
_MARK_STYLES = {"„": "low-marks", "«": "guillemets", "''": "doubled-apostrophes", "‘": "single-marks"}
_NESTED = re.compile(r"[“„«\"]|(?<!\w)[‘'](?=\w)")
_DOUBLE = re.compile(r"''|[“”„«»\"]")
_SINGLE = re.compile(r"(?<!')[‘’'](?!')")
_WORD = re.compile(r"\w+(?:[’'\-.]\w+)*")
_HOW_LABELS = {"role": "role-only", "none": "no-speaker", "full": "full-name", "description": ""}
_PRONOUNS = frozenset("he she they it one him her them".split())
_HARD = ("co-speakers", "unnamed", "organisation", "document", "spokesperson")


def opening_mark(words: str) -> str:
    """The quotation mark that ``words`` begin with, or nothing.

    >>> opening_mark("‘No’"), opening_mark("No")
    ('‘', '')
    """
    return next((mark for mark in OPENING_MARKS if words.startswith(mark)), "")


def between_marks(item: Item, tag: Tagged) -> tuple[int, int, str]:
    """Start, end and opening mark of the words inside a tagged stretch; its marks must be a whole pair.

    A stretch may stay open where its paragraph ends and the next one begins with a mark.
    """
    words = item.text[tag.start : tag.end]
    mark = opening_mark(words)
    if not mark:
        raise item.complain("no quotation mark", tag.start)
    start, end = tag.start + len(mark), tag.end
    closing = next((c for c in (_CLOSING[mark], *_CLOSING[mark]) if words.endswith(c)), "")
    if closing and len(words) > len(mark) + len(closing):
        end -= len(closing)
    elif not _runs_on(item.text, tag.end):
        raise item.complain("marks are not closed", tag.start)
    inside = item.text[start:end]
    if any(c in inside for c in (mark, *_CLOSING[mark]) if c not in "'’") or "\n" in inside:
        raise item.complain("more than one pair of marks", tag.start)
    return start + len(inside) - len(inside.lstrip()), end - (len(inside) - len(inside.rstrip())), mark


def _runs_on(text: str, end: int) -> bool:
    """Whether a paragraph ends at ``end`` and the next begins with a quotation mark."""
    return text[end : end + 1] == "\n" and bool(opening_mark(text[end:].lstrip("\n")))


def quoted_stretches(item: Item, content: Tagged) -> list[Tagged]:
    """The stretches in marks of one content: those tagged inside, or all of it, or none."""
    inner = [
        tag
        for tag in item.of(content.number or 0, "stretch")
        if content.start <= tag.start and tag.end <= content.end
    ]
    if inner:
        return inner
    return [content] if opening_mark(item.text[content.start : content.end]) else []


def kind_of(content: Tagged, stretches: list[Tagged]) -> str:
    """Direct where all of a content stands in marks, mixed where some, indirect where none.

    Words that the sentence takes in (spoke of “good will”) are mixed too: braces of their own say so.
    """
    if not stretches:
        return "indirect"
    return "direct" if stretches == [content] else "mixed"


def marks_of(mark: str) -> str:
    """What sort of marks a stretch stands in: "s" for single, "d" for double ones."""
    return "s" if mark in "‘'" else "d"


def _passage(item: Item, start: int, end: int) -> Entry:
    return {"start": start, "end": end, "text": item.text[start:end]}


def _quoted(item: Item, stretch: Tagged) -> Entry:
    start, end, mark = between_marks(item, stretch)
    words = len(_WORD.findall(item.text[start:end]))
    return {**_passage(item, start, end), "marks": marks_of(mark), "words": words}


def _only(item: Item, number: int, what: str) -> Tagged | None:
    """The one tagged stretch of that sort, if there is any."""
    tags = item.of(number, what)
    if len(tags) > 1:
        raise item.complain(f"quotation {number} has more than one {what}")
    return tags[0] if tags else None


def speaker_mention(item: Item, row: Row) -> tuple[Tagged | None, Row]:
    """The speaker's words, and the row that names the speaker: that of another quotation after "as"."""
    own = _only(item, row.number, "speaker")
    if row.name.startswith("as "):
        leaned_on = item.rows.get(int(row.name.removeprefix("as ")))
        if leaned_on is None or leaned_on.name.startswith("as ") or own:
            raise item.complain(f"quotation {row.number} leans on nothing")
        return speaker_mention(item, leaned_on)
    if (own is None) != (row.name == "-"):
        raise item.complain(f"quotation {row.number}: speaker's words and name do not fit")
    return own, row


def resolved_name(item: Item, mention: Tagged | None, row: Row) -> tuple[str | None, list[str]]:
    """The speaker's name, or None, and other names that are right too.

    A name must stand in the item, each of its words at least.
    """
    if mention is None or row.name in ("-", "?"):
        return None, list(row.alternatives)
    if row.name == "=":
        return item.text[mention.start : mention.end], list(row.alternatives)
    names = [name.strip() for name in row.name.removeprefix("= ").split(";")]
    for name in (*names, *row.alternatives):
        if any(word.lower() not in item.text.lower() for word in name.split()):
            raise item.complain(f"quotation {row.number}: {name!r} is not in the text")
    return names[0], [*names[1:], *row.alternatives]


def named_how(mention: str, name: str | None, row: Row) -> str:
    """How the speaker's words name the speaker.

    "none", "pronoun", "description" (a source without a name), or for persons "full", "surname" (also a title
    with a given name) and "role"; "…-unresolved" where the item leaves open who it is, "…+list" for several.
    """
    pronoun = mention.lower() in _PRONOUNS
    if mention and name is None:
        return f"{'pronoun' if pronoun else 'surname'}-unresolved"
    if name is None:
        return "none"
    if pronoun:
        return "pronoun"
    return (
        "description" if row.name.startswith("=") else _person_named_how(mention.lower(), name.lower(), row)
    )


def _person_named_how(mention: str, name: str, row: Row) -> str:
    listed = "+list" if ";" in row.name else ""
    if name in mention:
        return f"full{listed}"
    shared = set(row.name.replace(";", "").lower().split()) & set(mention.split())
    return f"surname{listed}" if shared or "misspelt" in row.labels else f"role{listed}"


def _first_line(item: Item, tag: Tagged) -> bool:
    """Whether a stretch stands in the headline: a first line that is no sentence."""
    headline = item.text.split("\n", 1)[0]
    return tag.end <= len(headline) and not headline.endswith((".", "”", '"', "’"))


def order_label(item: Item, content: Tagged, speaker: Tagged | None, cue: Tagged | None) -> str:
    """How quotation, speaker and cue follow one another."""
    if cue is None or speaker is None:
        return ""
    if "according" in item.text[cue.start : cue.end].lower():
        return "according-to"
    before = item.text[: content.start].rstrip()
    if before.endswith(":") and cue.start < content.start:
        return "colon"
    if min(cue.start, speaker.start) >= content.end:
        return "quote-then-name" if speaker.start < cue.start else "inversion"
    return "name-then-quote" if max(cue.end, speaker.end) <= content.start else ""


def mark_labels(item: Item, stretches: list[Tagged]) -> Iterator[str]:
    """Labels for the sort of marks and for the punctuation at them."""
    for stretch in stretches:
        start, end, mark = between_marks(item, stretch)
        yield _MARK_STYLES.get(mark, "straight-singles" if mark == "'" else "")
        inside, after = item.text[start:end], item.text[stretch.end : stretch.end + 1]
        yield "nested" if _NESTED.search(inside) else ""
        yield "comma-inside" if inside.endswith(",") else ""
        yield "punctuation-outside" if after and after in ",." else ""
        yield "question" if inside.endswith("?") else ""
        yield "open-paragraph" if stretch.end == end and "\n" in item.text[end : end + 1] else ""


def structure_labels(item: Item, row: Row, entries: list[Entry], speaker: Tagged | None) -> list[str]:
    """All labels of a quotation: those given first, then those found, none twice."""
    contents = item.of(row.number, "content")
    stretches = [stretch for content in contents for stretch in quoted_stretches(item, content)]
    how = str(entries[0]["speaker_how"])
    found = [
        *row.labels,
        "headline" if _first_line(item, contents[0]) else "",
        order_label(item, contents[0], speaker, _only(item, row.number, "cue")),
        "" if "+list" in how else _HOW_LABELS.get(how, how),
        "co-speakers" if "+list" in how else "",
        "broken" if len(contents) > 1 else "",
        "fragment" if entries[0]["kind"] == "mixed" else "",
        *mark_labels(item, stretches),
    ]
    return [label for label in dict.fromkeys(found) if label]


def quotation_entries(item: Item, row: Row) -> list[Entry]:
    """The entries of one quotation, an entry for each of its parts; `group` is not set yet."""
    mention, named = speaker_mention(item, row)
    name, alternatives = resolved_name(item, mention, named)
    cue = _only(item, row.number, "cue")
    words = item.text[mention.start : mention.end] if mention else ""
    entries: list[Entry] = []
    for content in item.of(row.number, "content"):
        stretches = quoted_stretches(item, content)
        entry = {
            **_passage(item, content.start, content.end),
            "kind": kind_of(content, stretches),
            "cue": _passage(item, cue.start, cue.end) if cue else None,
            "speaker": _passage(item, mention.start, mention.end) if mention else None,
            "speaker_name": name,
            "speaker_how": named_how(words, name, named),
            "group": row.number,
            "quoted": [_quoted(item, stretch) for stretch in stretches],
        }
        entries.append({**entry, "speaker_alts": alternatives} if alternatives else entry)
    for entry in entries:
        entry["structure"] = structure_labels(item, row, entries, mention)
    return entries


def check_rows(item: Item) -> None:
    """Every quotation tagged has its row and every row its quotation; labels are known ones."""
    tagged = {tag.number for tag in item.tagged if tag.number is not None}
    for number in sorted(tagged ^ item.rows.keys()):
        raise item.complain(f"quotation {number} is not in both text and table")
    for row in item.rows.values():
        if not item.of(row.number, "content"):
            raise item.complain(f"quotation {row.number} has no words")
        if unknown := set(row.labels) - GIVEN_LABELS:
            raise item.complain(f"quotation {row.number}: unknown labels {sorted(unknown)}")
        if row.name.startswith("=") and not {*_HARD, "embedded"} & set(row.labels):
            raise item.complain(f"quotation {row.number}: what sort of source without a name?")


def check_marks(item: Item, stretches: list[Tagged]) -> None:
    """Every quotation mark of the text opens, closes or lies inside a tagged stretch, or is an apostrophe."""
    known = {place for tag in stretches for place in range(tag.start, tag.end)}
    for word in item.apostrophes:
        known |= {place for m in re.finditer(re.escape(word), item.text) for place in range(*m.span())}
    for mark in (*_DOUBLE.finditer(item.text), *_SINGLE.finditer(item.text)):
        place = mark.start()
        around = item.text[max(0, place - 1) : place + 2]
        inside_a_word = mark[0] in "’'" and len(around) == 3 and around[0].isalnum() and around[2].isalnum()
        if place not in known and not inside_a_word:
            raise item.complain("a quotation mark that is not accounted for", place)


def article(item: Item) -> Entry:
    """The gold entry of one item."""
    check_rows(item)
    entries = sorted(
        (entry for row in item.rows.values() for entry in quotation_entries(item, row)),
        key=lambda entry: (entry["start"], entry["end"]),
    )
    groups: dict[int, int] = {}
    for entry in entries:
        entry["group"] = groups.setdefault(entry["group"], len(groups))
    rejected = [tag for tag in item.tagged if tag.what in REJECTIONS]
    quoted = [
        stretch for tag in item.tagged if tag.what == "content" for stretch in quoted_stretches(item, tag)
    ]
    check_marks(item, [*quoted, *rejected])
    places = sorted(between_marks(item, tag) for tag in {*quoted, *rejected})
    return {
        "id": item.name,
        "source": "made",
        "style": item.style,
        "text": item.text,
        "regions": [[start, end, marks_of(mark)] for start, end, mark in places],
        "rejected": [{**_passage(item, *between_marks(item, tag)[:2]), "why": tag.what} for tag in rejected],
        "quotes": entries,
    }


def gold_articles() -> list[Entry]:
    """The items in the order of their file names."""
    return [article(read_item(path)) for path in sorted(ITEMS.glob("*.txt"))]


def json_lines(entries: list[Entry]) -> str:
    """One entry a line."""
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)


def gold_lines() -> str:
    """What gold.jsonl holds."""
    return json_lines(gold_articles())


def as_prediction(gold: Entry) -> Entry:
    """The gold of one article as a faultless extractor would give it: stretches, then indirect speech."""
    found = [(passage, quote) for quote in gold["quotes"] for passage in quote["quoted"]]
    found += [(quote, quote) for quote in gold["quotes"] if not quote["quoted"]]
    return {"id": gold["id"], "quotes": [_predicted(passage, quote) for passage, quote in found]}


def _predicted(passage: Entry, quote: Entry) -> Entry:
    mention = quote["speaker"] or {}
    return {
        "start": passage["start"],
        "end": passage["end"],
        **{f"speaker_{key}": mention.get(key) for key in ("start", "end", "text")},
        "speaker_name": quote["speaker_name"],
    }


def main() -> int:
    """Write gold.jsonl anew; 1 if an item is refused."""
    parser = argparse.ArgumentParser(description="Build gold.jsonl from the annotated items.")
    parser.add_argument("--predictions", type=Path, help="write the gold as predictions too")
    predictions: Path | None = parser.parse_args().predictions
    try:
        articles = gold_articles()
    except GoldError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    GOLD.write_text(json_lines(articles), encoding="utf-8")
    if predictions is not None:
        predictions.write_text(json_lines([as_prediction(gold) for gold in articles]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
