"""Measuring: what counts as found, what as the right speaker, and what is left out of account."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.errors import GoldError
from app.evaluate import describe, evaluate
from app.evaluation.gold import read_gold
from app.evaluation.same_speaker import same_speaker
from app.evaluation.scoring import Prediction, Score, score
from app.extractors.rules import RuleExtractor

TEXT = "“We need more time,” said Jane Doe. The “Big Day” is near. She called it “too late for us all”."


def gold_file(folder: Path) -> Path:
    """One article: a direct quotation, a scare quote that is nobody's, a mixed one by a pronoun."""
    article = {
        "id": "a",
        "text": TEXT,
        "regions": [_where("We need more time,"), _where("Big Day"), _where("too late for us all")],
        "quotes": [
            _quote("We need more time,", "direct", "Jane Doe", "Jane Doe"),
            _quote("too late for us all", "mixed", "She", "Jane Doe"),
        ],
    }
    path = folder / "gold.jsonl"
    path.write_text(json.dumps(article) + "\n\n", encoding="utf-8")
    return path


def _where(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def _quote(words: str, kind: str, mention: str, name: str) -> dict[str, Any]:
    start, end = _where(words)
    at, to = _where(mention)
    return {
        "start": start,
        "end": end,
        "kind": kind,
        "cue": None,
        "speaker": {"start": at, "end": to, "text": mention},
        "speaker_name": name,
        "quoted": [{"start": start, "end": end}],
    }


def scored(folder: Path, *predictions: Prediction, min_words: int = 1) -> Score:
    return score(read_gold(gold_file(folder)), {"a": predictions}, min_words)


def by(words: str, name: str | None) -> Prediction:
    return Prediction(_where(words), speaker_text=name, name=name)


def test_all_found_with_the_right_names_is_a_hundred(tmp_path: Path) -> None:
    result = scored(tmp_path, by("We need more time,", "Doe"), by("too late for us all", "Jane Doe"))
    assert result.found_figures() == (1.0, 1.0, 1.0)
    assert result.end_to_end_figures() == (1.0, 1.0, 1.0)
    assert result.faults == []


def test_a_wrong_name_is_found_but_not_right(tmp_path: Path) -> None:
    result = scored(tmp_path, by("We need more time,", "John Smith"), by("too late for us all", "Jane Doe"))
    assert result.found_figures()[2] == 1.0
    assert result.name_accuracy() == 0.5
    assert [(fault.kind, fault.found_name) for fault in result.faults] == [("speaker", "John Smith")]


def test_marks_that_are_nobodys_are_a_fault_and_so_is_what_was_missed(tmp_path: Path) -> None:
    result = scored(tmp_path, by("Big Day", "Jane Doe"), by("We need more time,", "Jane Doe"))
    assert sorted(fault.kind for fault in result.faults) == ["false", "missed"]
    assert result.found_figures() == (0.5, 0.5, 0.5)


def test_short_stretches_can_be_left_out(tmp_path: Path) -> None:
    result = scored(tmp_path, by("Big Day", "Jane Doe"), by("We need more time,", "Jane Doe"), min_words=5)
    assert (result.gold, result.predicted) == (1, 0)


def test_a_found_clause_counts_by_its_marked_part(tmp_path: Path) -> None:
    clause = "“We need more time,” said"
    result = scored(tmp_path, by(clause, "Jane Doe"))
    assert result.found == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Sir Keir Starmer", "Starmer", True),
        ("Prime Minister Keir Starmer", "Keir Starmer", True),
        ("Maros Sefcovic", "Maroš Šefčovič", True),
        ("Jane Doe", "Mary Doe", False),
        ("J. Doe", "Jane Doe", True),
        ("a European source", "one European source", True),
        ("the ministry", "the minister", False),
        ("he", "He", True),
        ("he", "she", False),
        ("", "Jane Doe", False),
    ],
)
def test_names_are_the_same_by_their_heads(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    assert same_speaker(one, other) is same
    assert same_speaker(other, one) is same


def test_the_extractor_is_measured_and_its_findings_written_down(tmp_path: Path) -> None:
    """The predictions file has what the scorer of the annotations reads: spans, mentions, names."""
    predictions, faults = tmp_path / "predictions.jsonl", tmp_path / "faults.jsonl"
    gold = gold_file(tmp_path)
    result = evaluate(RuleExtractor(), gold, predictions=predictions, faults=faults)
    assert result.end_to_end_figures() == (1.0, 1.0, 1.0)
    assert "right name of 2 found: 100.0" in describe(result)
    (line,) = predictions.read_text(encoding="utf-8").splitlines()
    first = json.loads(line)["quotes"][0]
    assert (first["start"], first["end"]) == _where("We need more time,")
    assert first["speaker_name"] == "Jane Doe"
    assert faults.read_text(encoding="utf-8") == ""


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 1}', '{"id": "a", "text": "", "quotes": [{}]}'])
def test_a_bad_line_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(GoldError, match="line 2"):
        list(read_gold(path))
