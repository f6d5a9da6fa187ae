"""How well the ranking fits what people judged relevant: nDCG@10 on collections that lie beside this project.

``python -m tests.relevance FOLDER``: the folder with ``cran/`` (Cranfield, 1,400 abstracts on aerodynamics)
and ``cisi/`` (1,460 on information science). A question is asked as any of its words, each as often as it
stands there. The gain of a hit is its grade over the logarithm of its rank.
"""

from __future__ import annotations

import argparse
import math
import re
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.fulltext.analysis import STOP_WORDS, tokens
from app.fulltext.array_index import ArrayIndex
from app.fulltext.search_index import IndexDocument, Order, SearchIndex
from app.fulltext.tree import Node, Or, Words

_RANKS = 10
_NOT_RELEVANT = 5  # what Cranfield's judges called "of no interest" and the corrected file numbers last
_PART = re.compile(r"^\.([ITABWXNKC])[ \t]*(.*)$")

Grades = Mapping[int, Mapping[int, int]]
"""By question, by document."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents, questions by their number, and which documents answer which question."""

    name: str
    documents: tuple[IndexDocument, ...]
    questions: Mapping[int, str]
    grades: Grades


def parts(path: Path) -> Iterator[dict[str, str]]:
    """The records of a file in the form of the SMART collections: a letter for each part."""
    record: dict[str, list[str]] = {}
    part = ""
    for line in path.read_text(encoding="latin-1").splitlines():
        found = _PART.match(line)
        if found is None:
            record[part].append(line)
            continue
        part = found[1]
        if part == "I" and record:
            yield {name: "\n".join(lines) for name, lines in record.items()}
            record = {}
        record.setdefault(part, []).append(found[2])
    yield {name: "\n".join(lines) for name, lines in record.items()}


def documents(path: Path) -> tuple[IndexDocument, ...]:
    """The documents of a collection; in Cranfield the text begins with the title again."""
    return tuple(
        IndexDocument(int(record["I"]), record["T"].strip(), record["W"].strip(), None)
        for record in parts(path)
    )


def cranfield(folder: Path) -> Collection:
    """Judgments name questions by their place in the file."""
    questions = enumerate((record["W"] for record in parts(folder / "cran.qry")), start=1)
    grades: dict[int, dict[int, int]] = {}
    for line in (folder / "QRelsCorrectedforTRECeval").read_text(encoding="ascii").splitlines():
        question, _, document, grade = map(int, line.split())
        grades.setdefault(question, {})[document] = 0 if grade == _NOT_RELEVANT else grade
    return Collection("Cranfield", documents(folder / "cran.all.1400"), dict(questions), grades)


def cisi(folder: Path) -> Collection:
    """Judgments are yes or nothing, and not of all questions."""
    questions = {int(record["I"]): record["W"] for record in parts(folder / "CISI.QRY")}
    grades: dict[int, dict[int, int]] = {}
    for line in (folder / "CISI.REL").read_text(encoding="ascii").splitlines():
        question, document = map(int, line.split()[:2])
        grades.setdefault(question, {})[document] = 1
    return Collection("CISI", documents(folder / "CISI.ALL"), questions, grades)


def asked(question: str) -> Node:
    """Any of the question's words, each as often as it stands there; those that tell nothing left out."""
    words = [token.exact for token in tokens(question)]
    return Or(tuple(Words(word) for word in words if word.lower() not in STOP_WORDS))


def ndcg(found: tuple[int, ...], grades: Mapping[int, int]) -> float:
    """Normalised discounted cumulative gain of the first ten."""

    def gain(ranked: list[int]) -> float:
        return sum(grade / math.log2(rank + 2) for rank, grade in enumerate(ranked[:_RANKS]))

    best = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(document, 0) for document in found]) / best if best else 0.0


def score(index: SearchIndex, collection: Collection) -> float:
    """The mean over all questions that have a judgment."""
    return statistics.mean(
        ndcg(
            index.search(asked(question), order=Order.RELEVANCE, offset=0, limit=_RANKS).article_ids,
            collection.grades[number],
        )
        for number, question in collection.questions.items()
        if number in collection.grades
    )


def main() -> None:
    """Print the mean of each collection."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    for collection in (cranfield(folder / "cran"), cisi(folder / "cisi")):
        with tempfile.TemporaryDirectory() as made:
            index = ArrayIndex(Path(made) / "index")
            index.rebuild(collection.documents)
            sys.stdout.write(f"{collection.name:>10}  nDCG@10 {score(index, collection):.4f}\n")


if __name__ == "__main__":
    main()
