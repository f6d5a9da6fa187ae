"""The contract of every search index; Whoosh is the one there is."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.dates import PartialDate
from app.errors import IndexLockedError, IndexUnavailableError
from app.fulltext.query import parse
from app.fulltext.search_index import IndexDocument, Order, SearchIndex, SearchPage
from app.fulltext.tree import Node
from app.fulltext.whoosh_index import WhooshIndex

DOCUMENTS = (
    IndexDocument(1, "The pact waits", "Ministers met about defence.", PartialDate(2025, 3, 1), ("pact",)),
    IndexDocument(2, "Loans", "A defense fund with loans; the pact is named once.", PartialDate(2025, 6), ()),
    IndexDocument(3, "", "Šefčovič met Thomas-Symonds: a security and defence partnership.", None, ("pact",)),
    IndexDocument(4, "Trade", "Steel and fish.", PartialDate(2024), ()),
    IndexDocument(5, "Days", "They met. They parted.\nOn fish nothing was said.", None, ()),
)

MAKERS: list[Callable[[Path], SearchIndex]] = [WhooshIndex]


@pytest.fixture(params=MAKERS, ids=lambda maker: maker.__name__)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> SearchIndex:
    made: SearchIndex = request.param(tmp_path / "index")
    with made.writer() as writer:
        for document in DOCUMENTS:
            writer.put(document)
    return made


def find(index: SearchIndex, typed: str, order: Order = Order.RELEVANCE) -> list[int]:
    return list(page(index, typed, order).article_ids)


def page(
    index: SearchIndex, typed: str, order: Order = Order.RELEVANCE, offset: int = 0, limit: int = 10
) -> SearchPage:
    tree: Node | None = parse(typed).tree
    assert tree is not None
    return index.search(tree, order=order, offset=offset, limit=limit)


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("defence", {1, 2, 3}),
        ("defence pact", {1, 2}),
        ("steel OR loans", {2, 4}),
        ("defence -pact", {3}),
        ("-defence", {4, 5}),
        ("-defence -steel", {5}),
        ('"security and defence partnership"', {3}),
        ('"defence security"', set()),
        ("Thomas-Symonds", {3}),
        ("sefcovic", {3}),
        ("programme:pact", {1, 3}),
        ("programme:nothing", set()),
        ("programme:pact -programme:pact", set()),
        ("šefčovič w/s partnership", {3}),
        ("fund w/s pact", {2}),
        ("met w/s parted", set()),
        ("met w/p parted", {5}),
        ("parted w/p fish", set()),
        ("absent", set()),
    ],
)
def test_each_kind_of_query_finds_what_it_means(index: SearchIndex, typed: str, ids: set[int]) -> None:
    assert set(find(index, typed)) == ids
    assert page(index, typed).total == len(ids)


def test_a_word_of_the_title_tells_more(index: SearchIndex) -> None:
    assert find(index, "pact")[0] == 1


def test_newest_first_has_undated_ones_last(index: SearchIndex) -> None:
    assert find(index, "defence", Order.NEWEST) == [2, 1, 3]


def test_pages_of_a_list_are_its_pieces(index: SearchIndex) -> None:
    whole = find(index, "defence")
    pieces = [page(index, "defence", offset=at, limit=1) for at in range(4)]
    assert [id_ for piece in pieces for id_ in piece.article_ids] == whole
    assert {piece.total for piece in pieces} == {3}


def test_an_article_put_again_takes_the_place_of_its_older_form(index: SearchIndex) -> None:
    with index.writer() as writer:
        writer.put(IndexDocument(4, "Trade", "Now it is about defence.", None, ()))
    assert set(find(index, "defence")) == {1, 2, 3, 4}
    assert find(index, "steel") == []


def test_a_deleted_article_is_gone_at_the_next_search(index: SearchIndex) -> None:
    with index.writer() as writer:
        writer.delete(2)
        writer.delete(99)
    assert set(find(index, "defence")) == {1, 3}
    assert index.article_ids() == [1, 3, 4, 5]


def test_what_a_failed_writer_did_is_not_seen(index: SearchIndex) -> None:
    def fail() -> None:
        with index.writer() as writer:
            writer.delete(1)
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail()
    assert set(find(index, "defence")) == {1, 2, 3}


def test_a_second_writer_is_refused_at_once(index: SearchIndex) -> None:
    with index.writer(), pytest.raises(IndexLockedError, match="wait"), index.writer():
        pass


def test_rebuilding_puts_new_articles_in_the_place_of_all_old_ones(index: SearchIndex) -> None:
    index.rebuild([DOCUMENTS[0]])
    assert index.article_ids() == [1]
    assert find(index, "defence") == [1]


def test_readers_go_on_while_the_index_is_rebuilt_and_changed(index: SearchIndex) -> None:
    """Eight threads search without a pause while a ninth rebuilds and writes: every answer is a whole one."""
    stop = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        while not stop.is_set():
            try:
                found = set(find(index, "defence"))
            except Exception as exc:  # noqa: BLE001  (whatever it is, the reader must not see it)
                wrong.append(exc)
                return
            if found != {1, 2, 3}:
                wrong.append(found)

    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    for _ in range(5):
        index.rebuild(DOCUMENTS)
        with index.writer() as writer:
            writer.put(DOCUMENTS[3])
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_no_index_says_how_to_make_one(tmp_path: Path) -> None:
    missing = WhooshIndex(tmp_path)
    assert not missing.exists()
    with pytest.raises(IndexUnavailableError, match="reindex"):
        find(missing, "defence")


def test_an_index_of_another_version_is_never_read(index: SearchIndex, tmp_path: Path) -> None:
    pointer = tmp_path / "index" / "current"
    pointer.write_text(re.sub(r'"version": \d', '"version": 0', pointer.read_text()))
    assert not index.exists()
    with pytest.raises(IndexUnavailableError, match="another version"):
        find(index, "defence")


def test_a_damaged_pointer_is_never_read(index: SearchIndex, tmp_path: Path) -> None:
    (tmp_path / "index" / "current").write_text("{")
    with pytest.raises(IndexUnavailableError, match="reindex"):
        find(index, "defence")
