"""The gold set of our own sentences: built from its sources, sound to the letter, and broad enough."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from tests.quality.build_gold import GOLD, ITEMS, article, gold_lines
from tests.quality.gold_markup import GoldError, parse_item

ARTICLES: list[dict[str, Any]] = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
PASSAGES = [
    (entry["text"], passage)
    for entry in ARTICLES
    for quote in entry["quotes"]
    for passage in (quote, quote["cue"], quote["speaker"], *quote["quoted"])
    if passage is not None
]
EVERY_STRUCTURE = {
    "according-to": 5,
    "announced": 8,
    "apposition": 40,
    "broken": 50,
    "co-speakers": 7,
    "colon": 25,
    "comma-inside": 100,
    "dash-attribution": 3,
    "document": 9,
    "doubled-apostrophes": 6,
    "embedded": 8,
    "follow-on": 10,
    "fragment": 60,
    "full-name": 90,
    "given-name": 2,
    "guillemets": 9,
    "headline": 9,
    "inversion": 25,
    "long-role": 12,
    "low-marks": 10,
    "misspelt": 6,
    "name-then-quote": 130,
    "nested": 10,
    "no-speaker": 5,
    "open-paragraph": 6,
    "organisation": 25,
    "participle": 11,
    "passive": 6,
    "pronoun": 75,
    "punctuation-outside": 60,
    "question": 7,
    "quote-then-name": 100,
    "role-only": 15,
    "same-surname": 12,
    "single-marks": 18,
    "spokesperson": 9,
    "straight-singles": 7,
    "surname": 40,
    "surname-unresolved": 4,
    "transcript": 5,
    "two-speakers": 17,
    "unnamed": 40,
    "written": 21,
}


def quotations() -> list[dict[str, Any]]:
    """The first entry of each quotation of the set."""
    firsts = {(entry["id"], q["group"]): q for entry in ARTICLES for q in reversed(entry["quotes"])}
    return list(firsts.values())


def annotated(text: str, table: str) -> dict[str, Any]:
    """The gold entry of an item of one paragraph."""
    return article(parse_item("made", f"style: test\n---\n{text}\n---\n{table}\n"))


def test_the_gold_file_is_what_its_sources_say() -> None:
    """Otherwise: run `python tests/quality/build_gold.py`."""
    assert GOLD.read_text(encoding="utf-8") == gold_lines()


def test_offsets_give_the_words() -> None:
    """Of quotations, cues, speakers, quoted stretches and rejected marks."""
    rejected = [(entry["text"], passage) for entry in ARTICLES for passage in entry["rejected"]]
    for text, passage in PASSAGES + rejected:
        assert text[passage["start"] : passage["end"]] == passage["text"].strip() != ""


@pytest.mark.parametrize("entry", ARTICLES, ids=lambda entry: entry["id"])
def test_every_mark_is_quoted_or_rejected(entry: dict[str, Any]) -> None:
    """The regions between marks are those of the quotations and the rejected ones, once each, in order."""
    known = [passage for quote in entry["quotes"] for passage in quote["quoted"]] + entry["rejected"]
    places = [[start, end] for start, end, _ in entry["regions"]]
    assert places == sorted([passage["start"], passage["end"]] for passage in known)
    assert all(end < start for (_, end), (start, _) in pairwise(places))


def test_kinds_fit_the_quoted_stretches() -> None:
    """Direct is one stretch with its marks and no more, mixed has some, indirect has none."""
    for quote in (quote for entry in ARTICLES for quote in entry["quotes"]):
        stretches = quote["quoted"]
        assert all(quote["start"] <= q["start"] < q["end"] <= quote["end"] for q in stretches)
        assert (quote["kind"] == "indirect") == (not stretches)
        unquoted = len(quote["text"]) - sum(len(q["text"]) for q in stretches)
        assert quote["kind"] != "direct" or (len(stretches) == 1 and unquoted <= 4)


def test_the_set_is_large_enough() -> None:
    """Items as short as news items are; quotations and stretches enough to measure by."""
    kinds = Counter(quote["kind"] for quote in quotations())
    assert len(ARTICLES) >= 40
    assert kinds["direct"] + kinds["mixed"] >= 220
    assert sum(len(entry["regions"]) - len(entry["rejected"]) for entry in ARTICLES) >= 290
    assert kinds["indirect"] >= 90
    assert sum(len(entry["rejected"]) for entry in ARTICLES) >= 15
    assert all(80 <= len(entry["text"].split()) <= 250 for entry in ARTICLES)


def test_the_set_is_broad_enough() -> None:
    """Every structure that the press uses is there, and so often."""
    found = Counter(label for quote in quotations() for label in quote["structure"])
    assert found.keys() == EVERY_STRUCTURE.keys()
    assert {label: found[label] for label, least in EVERY_STRUCTURE.items() if found[label] < least} == {}


def test_every_item_has_its_source() -> None:
    """One file, one line."""
    assert [entry["id"] for entry in ARTICLES] == sorted(path.stem for path in ITEMS.glob("*.txt"))


def test_an_annotated_sentence_becomes_an_entry() -> None:
    """Kind, marks, name and labels are found from the words."""
    entry = annotated("{1 “No,”} {1s Ada Kesk} {1c said}. {2s She} {2c called} {2 it {“thin”}}.", _TWO)
    first, second = entry["quotes"]
    assert (first["kind"], first["speaker_how"], first["quoted"][0]["text"]) == ("direct", "full", "No,")
    assert (second["kind"], second["speaker_how"], second["speaker_name"]) == ("mixed", "pronoun", "Ada Kesk")
    assert first["structure"] == ["quote-then-name", "full-name", "comma-inside"]
    assert entry["regions"] == [[1, 4, "d"], [36, 40, "d"]]


_TWO = "1 | Ada Kesk |\n2 | Ada Kesk |"
_ONE = "1 | Ada Kesk |"


@pytest.mark.parametrize(
    ("text", "table", "message"),
    [
        ("{1 “No,”} {1s Ada Kesk} {1c said}. “And no.”", _ONE, "not accounted for"),
        ("{1 “No,”} {1s Ada Kesk} {1c said}. The ‘end’.", _ONE, "not accounted for"),
        ("{1 “No, she said.} {1s Ada Kesk}", _ONE, "not closed"),
        ("{1 “No,” she said. “No.”} {1s Ada Kesk}", _ONE, "more than one pair"),
        ("{1 “No,”} {1s Ada Kesk} {1c said}", "1 | Ada Kask |", "not in the text"),
        ("{1 “No,”} {1s Ada Kesk} {1c said}", "1 | - |", "do not fit"),
        ("{1 “No,”} {1s Ada Kesk} {1c said}", _TWO, "not in both"),
        ("{1 “No,”} {1s Ada Kesk} {1c said}", "1 | = |", "what sort of source"),
        ("{1 “No,”} {1s Ada Kesk} {1c said}", "1 | Ada Kesk | odd", "unknown labels"),
        ("{1 “No,”} {1s Ada Kesk} {1c said}", f"{_ONE}\n2 | as 3 |", "not in both"),
        ("{1 “No,”} {1s Ada Kesk} {1c said} {1c told}", _ONE, "more than one cue"),
        ("{1 “No,”} {1s Ada Kesk {1c said}", _ONE, "not closed"),
        ("{1 “No,”} {1s Ada Kesk}} {1c said}", _ONE, "closing brace too many"),
        ("{1 “No,”} {1s Ada Kesk} {1c said} {odd “x”}", _ONE, "unknown tag"),
        ("{1 “No,”} {1s Ada Kesk} {1c said}", f"{_ONE}\n{_ONE}", "not a row of its own"),
    ],
)
def test_unclear_annotation_is_refused(text: str, table: str, message: str) -> None:
    """The builder guesses nothing."""
    with pytest.raises(GoldError, match=message):
        annotated(text, table)
