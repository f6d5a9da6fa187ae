"""The contract of every search index: what is found, in which order, and what readers see of changes.

The one on a cluster is asked of a server in memory, or of the real cluster that ``OPENSEARCH_URL`` names.
"""

from __future__ import annotations

import gc
import json
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.dates import PartialDate
from app.errors import IndexLockedError, IndexUnavailableError
from app.fulltext.array_index import ArrayIndex
from app.fulltext.search_index import (
    UNDATED,
    Facet,
    IndexDocument,
    Order,
    SearchIndex,
    SearchPage,
    told_label,
)
from app.fulltext.tree import (
    And,
    Dated,
    Label,
    Labelled,
    Moment,
    Near,
    Node,
    Not,
    Or,
    Prefix,
    Undated,
    Unit,
    Words,
    Zone,
)
from app.fulltext.whoosh_index import WhooshIndex
from tests.search_cluster import new_index

_LOANS = (
    "A defense fund with loans, they say. “The pact is named once,” said Safe. It will negotiate.\n"
    "Nothing more."
)

DOCUMENTS = (
    IndexDocument(
        1,
        "The pact waits",
        "Ministers met about defence.",
        PartialDate(2025, 3, 1),
        labels=(
            (Label.PROGRAMME, "pact"),
            (Label.OUTLET, "times"),
            (Label.SPEAKER, "healey"),
            (Label.SIDE, "uk"),
            told_label(date(2025, 5, 19), date(2025, 5, 19)),
            told_label(date(2026, 1, 1), date(2026, 12, 31)),
        ),
        added=date(2026, 1, 2),
    ),
    IndexDocument(
        2,
        "Loans",
        _LOANS,
        PartialDate(2025, 6),
        labels=(
            (Label.OUTLET, "times"),
            (Label.SPEAKER, "kallas"),
            (Label.SPEAKER, "healey"),
            (Label.KIND, "direct"),
            told_label(date(2025, 5, 1), date(2025, 5, 31)),
        ),
        quotes=((_LOANS.index("The pact"), _LOANS.index(",” said")),),
        added=date(2026, 1, 1),
    ),
    IndexDocument(
        3,
        "",
        "Šefčovič met Thomas-Symonds: a security and defence partnership.",
        None,
        labels=((Label.PROGRAMME, "pact"), (Label.OUTLET, "herald")),
    ),
    IndexDocument(4, "Trade", "Steel and fish, negotiated. The fish is safe.", PartialDate(2024)),
)

MAKERS: dict[str, Callable[[Path], SearchIndex]] = {
    "folder": ArrayIndex,
    "whoosh": WhooshIndex,
    "opensearch": new_index,
}


@pytest.fixture(params=MAKERS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> SearchIndex:
    """An index that is not there yet."""
    return MAKERS[request.param](tmp_path / "index")


@pytest.fixture
def index(empty: SearchIndex) -> SearchIndex:
    return filled(empty)


@pytest.fixture(scope="module", params=MAKERS)
def unchanging(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    """An index that many tests share, since they only read."""
    return filled(MAKERS[request.param](tmp_path_factory.mktemp("unchanging") / "index"))


def filled(index: SearchIndex) -> SearchIndex:
    with index.writer() as writer:
        for document in DOCUMENTS:
            writer.put(document)
    return index


@pytest.fixture(params=[ArrayIndex, WhooshIndex], ids=lambda maker: maker.__name__)
def folder_index(request: pytest.FixtureRequest, tmp_path: Path) -> SearchIndex:
    made: SearchIndex = request.param(tmp_path / "index")
    made.rebuild(DOCUMENTS)
    return made


DEFENCE, PACT = Words("defence"), Words("pact")


def page(
    index: SearchIndex, tree: Node, order: Order = Order.RELEVANCE, offset: int = 0, limit: int = 10
) -> SearchPage:
    return index.search(tree, order=order, offset=offset, limit=limit)


def find(index: SearchIndex, tree: Node, order: Order = Order.RELEVANCE) -> list[int]:
    return list(page(index, tree, order).article_ids)


@pytest.mark.parametrize(
    ("tree", "ids"),
    [
        (DEFENCE, {1, 2, 3}),
        (Words("…"), set()),
        (Words("absent"), set()),
        (And((DEFENCE, PACT)), {1, 2}),
        (And((DEFENCE, Or((PACT, Words("sefcovic"))))), {1, 2, 3}),
        (And(()), {1, 2, 3, 4}),
        (Or(()), set()),
        (Or((Words("steel"), Words("loans"))), {2, 4}),
        (And((DEFENCE, Not(PACT))), {3}),
        (Not(DEFENCE), {4}),
        (Not(Not(DEFENCE)), {1, 2, 3}),
        (And((Not(DEFENCE), Not(Words("steel")))), set()),
        (Or((Not(DEFENCE), PACT)), {1, 2, 4}),
        (Words("Thomas-Symonds"), {3}),
        (Words("SEFCOVIC"), {3}),
        # phrases
        (Words("security and defence partnership", is_phrase=True), {3}),
        (Words("defence security", is_phrase=True), set()),
        (Words("waits Ministers", is_phrase=True), set()),
        (Words("security partnership", is_phrase=True, slop=1), set()),
        (Words("security partnership", is_phrase=True, slop=2), {3}),
        (Words("partnership security", is_phrase=True, slop=9), set()),
        (Words("met a defence", is_phrase=True, slop=4), {3}),
        # zones
        (Words("pact", Zone.TITLE), {1}),
        (Words("the pact", Zone.TITLE, is_phrase=True), {1}),
        (Words("pact", Zone.QUOTE), {2}),
        (Words("loans", Zone.QUOTE), set()),
        (Words("the pact is", Zone.QUOTE, is_phrase=True), {2}),
        (Words("safe"), {2, 4}),
        (Words("Safe", Zone.EXACT), {2}),
        (Words("safe", Zone.EXACT), {4}),
        (Words("defence", Zone.EXACT), {1, 3}),
        (Words("Sefcovic", Zone.EXACT), set()),
        (Words("Šefčovič", Zone.EXACT), {3}),
        # prefixes
        (Prefix("negotiat"), {2, 4}),
        (Prefix("negotiate"), {2, 4}),
        (Prefix("negotiated"), {4}),
        (Prefix("sefc"), {3}),
        (Prefix("wai", Zone.TITLE), {1}),
        (Prefix("pac", Zone.QUOTE), {2}),
        (Prefix("xyz"), set()),
        # nearness
        (Near(Words("fund"), Words("pact"), Unit.WORDS, 5), set()),
        (Near(Words("fund"), Words("pact"), Unit.WORDS, 6), {2}),
        (Near(Words("pact"), Words("fund"), Unit.WORDS, 6), {2}),
        (Near(Words("fish"), Words("fish"), Unit.WORDS, 3), {4}),
        (Near(Words("fish"), Words("fish"), Unit.WORDS, 2), set()),
        (Near(Words("steel"), Words("steel"), Unit.PARAGRAPH), set()),
        (Near(Words("fund"), Words("say"), Unit.SENTENCE), {2}),
        (Near(Words("fund"), Words("negotiate"), Unit.SENTENCE), set()),
        (Near(Words("negotiate"), Words("fund"), Unit.PARAGRAPH), {2}),
        (Near(Words("nothing"), Words("fund"), Unit.PARAGRAPH), set()),
        (Near(Prefix("secur"), Words("defence partnership", is_phrase=True), Unit.WORDS, 2), {3}),
        (Near(Words("waits"), Words("ministers"), Unit.PARAGRAPH), set()),
        (Near(Words("absent"), Words("fund"), Unit.WORDS, 9), set()),
        # labels
        (Labelled(Label.PROGRAMME, ("pact",)), {1, 3}),
        (Labelled(Label.PROGRAMME, ("nothing",)), set()),
        (Labelled(Label.PROGRAMME, ()), set()),
        (Labelled(Label.OUTLET, ("herald", "times")), {1, 2, 3}),
        (Labelled(Label.SPEAKER, ("kallas",)), {2}),
        (And((Labelled(Label.PROGRAMME, ("pact",)), Not(Labelled(Label.PROGRAMME, ("pact",))))), set()),
        # dates
        (Dated(date(2025, 3, 1), date(2025, 3, 1)), {1}),
        (Dated(date(2025, 6, 15), date(2025, 6, 16)), {2}),
        (Dated(None, date(2024, 2, 1)), {4}),
        (Dated(date(2025, 3, 2), None), {2}),
        (Dated(None, None), {1, 2, 4}),
        (Dated(date(2026, 1, 2), None, Moment.ADDED), {1}),
        (Dated(None, date(2026, 1, 1), Moment.ADDED), {2}),
        (Undated(), {3}),
        (Dated(date(2025, 5, 19), date(2025, 5, 19), Moment.TOLD), {1, 2}),
        (Dated(date(2025, 5, 20), date(2025, 6, 30), Moment.TOLD), {2}),
        (Dated(date(2026, 6, 1), None, Moment.TOLD), {1}),
        (Dated(None, date(2025, 4, 30), Moment.TOLD), set()),
        (Not(Dated(None, None, Moment.TOLD)), {3, 4}),
    ],
    ids=str,
)
def test_each_kind_of_tree_finds_what_it_means(unchanging: SearchIndex, tree: Node, ids: set[int]) -> None:
    assert set(find(unchanging, tree)) == ids
    assert page(unchanging, tree).total == len(ids)
    assert unchanging.count(tree) == len(ids)


def test_a_word_of_the_title_tells_more(index: SearchIndex) -> None:
    assert find(index, PACT)[0] == 1


def test_a_word_that_is_asked_for_twice_tells_twice(index: SearchIndex) -> None:
    """A long question says by repetition what it is about."""
    steel, loans = Words("steel"), Words("fund")
    assert find(index, Or((steel, loans, steel)))[0] == 4
    assert find(index, Or((steel, loans, loans)))[0] == 2


def test_a_condition_that_only_selects_leaves_the_order_alone(index: SearchIndex) -> None:
    ranked = find(index, Or((DEFENCE, PACT)))
    assert find(index, And((Or((DEFENCE, PACT)), Dated(None, None)))) == [i for i in ranked if i != 3]


def test_equal_hits_come_newest_id_first(index: SearchIndex) -> None:
    assert find(index, And(())) == [4, 3, 2, 1]


def test_newest_first_has_undated_ones_last(index: SearchIndex) -> None:
    assert find(index, DEFENCE, Order.NEWEST) == [2, 1, 3]


def test_oldest_first_has_undated_ones_last(index: SearchIndex) -> None:
    assert find(index, And(()), Order.OLDEST) == [4, 1, 2, 3]


def test_pages_of_a_list_are_its_pieces(index: SearchIndex) -> None:
    whole = find(index, DEFENCE)
    pieces = [page(index, DEFENCE, offset=at, limit=1) for at in range(4)]
    assert [id_ for piece in pieces for id_ in piece.article_ids] == whole
    assert {piece.total for piece in pieces} == {3}


def test_facets_count_all_hits_and_not_those_shown(index: SearchIndex) -> None:
    found = index.search(And(()), order=Order.RELEVANCE, offset=0, limit=1, facets=list(Facet))
    assert found.facets == {
        Facet.OUTLET: (("times", 2), ("herald", 1)),
        Facet.YEAR: (("2025", 2), ("2024", 1), (UNDATED, 1)),
        Facet.MONTH: (("2024", 1), ("2025-03", 1), ("2025-06", 1), (UNDATED, 1)),
        Facet.SPEAKER: (("healey", 2), ("kallas", 1)),
        Facet.PROGRAMME: (("pact", 2),),
        Facet.KIND: (("direct", 1),),
        Facet.SIDE: (("uk", 1),),
    }


def test_facets_count_hits_only_and_as_many_values_as_asked_for(index: SearchIndex) -> None:
    with index.writer() as writer:
        writer.delete(2)
    found = index.search(DEFENCE, order=Order.NEWEST, offset=0, limit=9, facets=[Facet.OUTLET], facet_limit=1)
    assert found.facets == {Facet.OUTLET: (("herald", 1),)}


def test_hits_are_counted_without_being_listed(index: SearchIndex) -> None:
    found = index.search(DEFENCE, order=Order.RELEVANCE, offset=0, limit=0, facets=[Facet.OUTLET])
    assert (found.article_ids, found.total) == ((), 3)
    assert found.facets == {Facet.OUTLET: (("times", 2), ("herald", 1))}
    assert page(index, DEFENCE, offset=7, limit=3).article_ids == ()


def test_all_hits_are_given_by_their_ids(index: SearchIndex) -> None:
    with index.writer() as writer:
        writer.delete(1)
    assert list(index.hit_ids(DEFENCE)) == [2, 3]
    assert list(index.hit_ids(And((DEFENCE, Labelled(Label.KIND, ("direct",)))))) == [2]
    assert list(index.hit_ids(Or(()))) == []


def test_a_slip_of_the_pen_is_put_right(index: SearchIndex) -> None:
    assert index.suggest("partnrship") == ("partnership",)
    assert index.suggest("Sefcovci") == ("sefcovic",)
    assert index.suggest("fsih") == ("fish",)
    assert index.suggest("defence") == ("defense",)
    assert index.suggest("xq") == ()


def test_words_are_completed(index: SearchIndex) -> None:
    assert index.words_from("Nego") == ("negotiate", "negotiated")
    assert index.words_from("p", limit=1) == ("pact",)


def test_an_article_put_again_takes_the_place_of_its_older_form(index: SearchIndex) -> None:
    with index.writer() as writer:
        writer.put(IndexDocument(4, "Trade", "Now it is about defence.", None))
    assert set(find(index, DEFENCE)) == {1, 2, 3, 4}
    assert find(index, Words("steel")) == []


def test_a_deleted_article_is_gone_at_the_next_search(index: SearchIndex) -> None:
    with index.writer() as writer:
        writer.delete(2)
        writer.delete(99)
    assert set(find(index, DEFENCE)) == {1, 3}
    assert set(find(index, Not(DEFENCE))) == {4}
    assert index.article_ids() == [1, 3, 4]


def test_many_commits_are_one_index(index: SearchIndex) -> None:
    """However the articles came in and whichever of them Whoosh has merged."""
    for number in range(5, 30):
        with index.writer() as writer:
            writer.put(replace(DOCUMENTS[number % 4], article_id=number))
    assert len(find(index, PACT)) == 10
    assert index.count(And(())) == 29
    assert find(index, Words("steel"), Order.NEWEST) == [27, 23, 19, 15, 11, 7, 4]


def test_a_helper_writes_what_becomes_visible_with_the_rest(index: SearchIndex) -> None:
    with ThreadPoolExecutor() as helper, index.writer() as writer:
        writer.put_meanwhile([replace(DOCUMENTS[0], text="Nothing of it."), *_numbered(10, 12)], helper)
        writer.put(_numbered(12, 13)[0])
        assert index.article_ids() == [1, 2, 3, 4]
    assert index.article_ids() == [1, 2, 3, 4, 10, 11, 12]
    assert index.hit_ids(Words("fresh")) == [10, 11, 12]
    assert index.hit_ids(DEFENCE) == [2, 3]  # the older form of the first is gone
    with index.writer() as writer:
        writer.delete(11)
    assert index.hit_ids(Words("fresh")) == [10, 12]


def test_helpers_and_the_writer_share_documents(index: SearchIndex) -> None:
    """Whoever does which: each is there once."""
    with ThreadPoolExecutor(3) as helper, index.writer() as writer:
        for first in range(10, 90, 2):
            writer.put_meanwhile(_numbered(first, first + 2), helper)
    assert index.article_ids() == [1, 2, 3, 4, *range(10, 90)]
    assert index.hit_ids(Words("fresh")) == [*range(10, 90)]


def test_what_a_helper_wrote_for_a_failed_writer_is_not_seen(index: SearchIndex) -> None:
    def fail(helper: Executor) -> None:
        with index.writer() as writer:
            writer.put_meanwhile(_numbered(10, 12), helper)
            raise InterruptedError

    with ThreadPoolExecutor() as helper, pytest.raises(InterruptedError):
        fail(helper)
    assert index.article_ids() == [1, 2, 3, 4]
    with index.writer() as writer:
        writer.put(_numbered(12, 13)[0])
    assert index.hit_ids(Words("fresh")) == [12]


def test_a_helper_that_fails_fails_the_writer(
    folder_index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a full disk: nothing of it is seen, and it can be told again."""

    def fail(helper: Executor) -> None:
        with folder_index.writer() as writer:
            writer.put_meanwhile(_numbered(10, 12), helper)
            helper.submit(int).result()  # the helper has one thread: it has failed before the writer is done

    with monkeypatch.context() as patched, ThreadPoolExecutor(1) as helper:
        patched.setattr("app.fulltext.document_writer.document_terms", _fail)
        with pytest.raises(IndexUnavailableError, match="make room"):
            fail(helper)
    assert folder_index.article_ids() == [1, 2, 3, 4]
    with folder_index.writer() as writer:
        writer.put(_numbered(10, 11)[0])
    assert folder_index.article_ids() == [1, 2, 3, 4, 10]


def _fail(*_arguments: object) -> None:
    raise OSError(28, "No space left on device")


def _numbered(first: int, past: int) -> list[IndexDocument]:
    return [IndexDocument(number, "", f"A fresh report {number}.", None) for number in range(first, past)]


def test_an_article_without_a_word_is_an_article(index: SearchIndex) -> None:
    with index.writer() as writer:
        writer.put(IndexDocument(5, "", "…", None))
    assert find(index, And(()))[0] == 5
    assert find(index, Near(Words("fund"), Words("say"), Unit.SENTENCE)) == [2]


def test_what_a_failed_writer_did_is_not_seen(index: SearchIndex) -> None:
    def fail() -> None:
        with index.writer() as writer:
            writer.delete(1)
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail()
    assert set(find(index, DEFENCE)) == {1, 2, 3}


def test_a_second_writer_is_refused_at_once(index: SearchIndex) -> None:
    with index.writer(), pytest.raises(IndexLockedError, match="wait"), index.writer():
        pass


def test_rebuilding_puts_new_articles_in_the_place_of_all_old_ones(index: SearchIndex) -> None:
    index.rebuild([DOCUMENTS[0]])
    assert index.article_ids() == [1]
    assert find(index, DEFENCE) == [1]


def test_an_index_of_nothing_has_no_hits(index: SearchIndex) -> None:
    index.rebuild([])
    assert find(index, And(())) == []
    assert find(index, DEFENCE) == []


# A reader that loses a race leaves what it had opened to the garbage collector, and opens the new files.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_readers_go_on_while_the_index_is_rebuilt_and_changed(index: SearchIndex) -> None:
    """Eight threads search without a pause while a ninth rebuilds and writes: every answer is a whole one."""
    stop = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        while not stop.is_set():
            try:
                found = set(find(index, DEFENCE))
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
    gc.collect()
    assert wrong == []


def test_no_index_says_how_to_make_one(empty: SearchIndex) -> None:
    assert not empty.exists()
    with pytest.raises(IndexUnavailableError, match=r"no search index yet.*reindex"):
        find(empty, DEFENCE)


def test_an_index_of_another_version_is_never_read(folder_index: SearchIndex, tmp_path: Path) -> None:
    pointer = tmp_path / "index" / "current"
    pointer.write_text(json.dumps(json.loads(pointer.read_text()) | {"version": 1}))
    assert not folder_index.exists()
    with pytest.raises(IndexUnavailableError, match="another version"):
        find(folder_index, DEFENCE)


def test_a_damaged_pointer_is_never_read(folder_index: SearchIndex, tmp_path: Path) -> None:
    (tmp_path / "index" / "current").write_text("{")
    with pytest.raises(IndexUnavailableError, match="reindex"):
        find(folder_index, DEFENCE)
