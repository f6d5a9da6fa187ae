"""How postings are gathered, written and merged: little memory and many commits change nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.fulltext.array_index import ArrayIndex
from app.fulltext.posting_pool import PostingPool
from app.fulltext.search_index import Facet, IndexDocument, Order
from app.fulltext.term_files import TermFiles, read_rows
from app.fulltext.term_postings import NamedRows
from app.fulltext.tree import And, Node, Words, Zone
from app.fulltext.whoosh_index import WhooshIndex
from tests.made_corpus import Corpus

QUERIES: tuple[Node, ...] = (
    And(()),
    Words("the"),
    Words("defence"),
    Words("the defence", is_phrase=True),
    Words("defence", zone=Zone.QUOTE),
    Words("said", zone=Zone.EXACT),
)


@pytest.fixture(scope="module")
def documents() -> list[IndexDocument]:
    return [article.document() for article in Corpus().articles(60)]


def fill(pool: PostingPool) -> None:
    """Three documents with words, in one of them weighed, and a value."""
    pool.add_all("text", 0, ["pact", "of", "pact"], [0, 1, 2], {"pact": 3.0})
    pool.add_all("labels", 0, [b"kind:direct"])
    pool.add_all("text", 1, ["zoë", "of"], [5, 6])
    pool.add_all("text", 4, ["of"], [9])
    pool.add_all("labels", 4, [b"kind:direct"])


def told(runs: Iterable[NamedRows]) -> list[tuple[str, str, list[list[float]]]]:
    """Field, term and its rows of numbers: documents, weights, counts and positions."""
    return [
        (name, term.decode(), [row.tolist() for row in rows.between(number, number + 1)[3:]])
        for name, rows in runs
        for number, term in enumerate(rows.terms)
    ]


TOLD = [
    ("labels", "kind:direct", [[0, 4], [1.0, 1.0], [1, 1], []]),
    ("text", "of", [[0, 1, 4], [1.0, 1.0, 1.0], [1, 1, 1], [1, 6, 9]]),
    ("text", "pact", [[0], [3.0], [2], [0, 2]]),
    ("text", "zoë", [[1], [1.0], [1], [5]]),
]


@pytest.mark.parametrize("memory", [0, 1])
def test_a_pool_gives_each_term_once(memory: int) -> None:
    """Without memory, too: its runs on disk are read side by side."""
    pool = PostingPool(memory)
    fill(pool)
    assert told(pool.rows()) == TOLD
    pool.cleanup()


@pytest.mark.parametrize("at_once", [(1, 1), (2, 1000), (1000, 3)])
def test_runs_of_any_parts_make_one(at_once: tuple[int, int]) -> None:
    """Terms of a segment that is merged come behind, with their documents' new numbers."""
    pool, segment = PostingPool(1), PostingPool(1)
    fill(pool)
    segment.add_all("text", 0, ["of", "air", "of"], [0, 1, 2], {"of": 4.0})
    segment.add_all("text", 1, ["sea", "of"], [3, 4])
    segment.add_all("title", 2, ["pact"], [0])
    new = np.array([5, -1, 6])
    renumbered = ((name, rows.renumbered(new)) for name, rows in segment.rows())
    behind = [(name, part) for name, rows in renumbered for part in rows.parts(*at_once)]
    pool.add_run(iter(behind))
    assert told(pool.rows()) == [
        TOLD[0],
        ("text", "air", [[5], [1.0], [1], [1]]),
        ("text", "of", [[0, 1, 4, 5], [1.0, 1.0, 1.0, 4.0], [1, 1, 1, 2], [1, 6, 9, 0, 2]]),
        *TOLD[2:],
        ("title", "pact", [[6], [1.0], [1], [0]]),
    ]


@pytest.mark.parametrize("block", [1, 2, 1000])
def test_terms_are_read_as_they_were_written(tmp_path: Path, block: int) -> None:
    """Blocks of any length, numbers of any width."""
    pool = PostingPool(1)
    fill(pool)
    for document in range(10, 600):
        pool.add_all("text", document, ["of"] * 3, [document, document + 1, document + 7])
        pool.add_all("text", document, ["far"] * 20, range(70_000, 70_020), {"far": 1.5})
        pool.add_all("text", 600 * document, ["wide"], [document], {"wide": document})
    files = TermFiles((tmp_path / "trm").open("wb"), (tmp_path / "pst").open("wb"), block)
    for name, rows in pool.rows():
        files.add_all(name, rows)
    files.close()
    assert told(read_rows(tmp_path / "trm", tmp_path / "pst")) == told(pool.rows())


@pytest.fixture(params=[ArrayIndex, WhooshIndex])
def many_commits(
    tmp_path: Path, documents: list[IndexDocument], request: pytest.FixtureRequest
) -> ArrayIndex:
    """An index that each article came to by itself, the first of each five twice, the last taken out."""
    index: ArrayIndex = request.param(tmp_path / "many")
    for at in range(0, len(documents), 5):
        with index.writer() as writer:
            writer.put(replace(documents[at], text="Something else about the defence."))
        with index.writer() as writer:
            for document in documents[at : at + 5]:
                writer.put(document)
        with index.writer() as writer:
            writer.delete(documents[at + 4].article_id)
    return index


def test_many_commits_answer_as_one(
    tmp_path: Path, documents: list[IndexDocument], many_commits: ArrayIndex
) -> None:
    """Segments of one size are put together; what was deleted is left out for good."""
    one = type(many_commits)(tmp_path / "one")
    one.rebuild([document for number, document in enumerate(documents) if number % 5 < 4])
    assert many_commits.article_ids() == one.article_ids()
    for query in QUERIES:
        pages = [
            index.search(query, order=Order.NEWEST, offset=0, limit=100, facets=list(Facet))
            for index in (many_commits, one)
        ]
        assert pages[0] == pages[1]
    assert len(list((tmp_path / "many" / "1").glob("*.trm"))) < 16
