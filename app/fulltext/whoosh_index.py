"""The search index as Whoosh itself answers: slow, plain, and what the fast one is compared with.

Whoosh finds and scores words, phrases, conditions and numbers. What it does not have (phrases with other
words among them, nearness) is read word by word from the positions of each document. It is never served to
readers: a Whoosh searcher gives wrong answers when threads share it, so each search opens its own.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from whoosh import query as whoosh_query
from whoosh.filedb.filestore import FileStorage
from whoosh.matching import ListMatcher, NullMatcher
from whoosh.query.compound import DefaultOr
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from app.folding import fold
from app.fulltext.analysis import query_terms
from app.fulltext.document_facts import label_term
from app.fulltext.evaluation import MAX_EXPANSIONS, PREFIX_SCORE, expanded
from app.fulltext.index_folder import OPEN_TRIES, IndexFolder
from app.fulltext.search_index import (
    UNDATED,
    Facet,
    IndexDocument,
    IndexWriter,
    Order,
    SearchPage,
    Weights,
    told_days,
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
from app.fulltext.vocabulary import Word, slips_forgiven
from app.fulltext.whoosh_files import BREAKS, LABELS, PARAGRAPH, SENTENCE, UNREADABLE

_NO_DAY = 1 << 30
_Stretch = tuple[int, int]
Expansions = dict[Prefix, list[tuple[Zone, str]]]


class WhooshIndex:
    """A ``SearchIndex`` in a folder of its own."""

    def __init__(self, folder: Path, weights: Weights | None = None) -> None:
        self._folder = IndexFolder(folder)
        self._weights = weights or Weights()

    def exists(self) -> bool:
        """Whether there is an index of this program's version."""
        return self._folder.exists()

    def search(
        self,
        tree: Node,
        *,
        order: Order,
        offset: int,
        limit: int,
        facets: Sequence[Facet] = (),
        facet_limit: int = 50,
    ) -> SearchPage:
        """At most ``limit`` hits of ``tree`` from ``offset`` on, and ``facet_limit`` values of each facet."""
        with self._opened() as opened:
            searcher = opened.searcher
            scores = _scores(searcher, tree)
            found = {number: opened.facts(number) for number in scores}
            ranked = sorted(
                scores, key=lambda number: (_rank(order, scores[number], found[number]), found[number].number)
            )[::-1]
            return SearchPage(
                tuple(found[number].number for number in ranked[offset : offset + limit]),
                len(ranked),
                {facet: _counts(searcher, found, facet)[:facet_limit] for facet in facets},
            )

    def scores(self, tree: Node) -> dict[int, float]:
        """All hits with their scores."""
        with self._opened() as opened:
            found = _scores(opened.searcher, tree)
            return {opened.facts(number).number: score for number, score in found.items()}

    def count(self, tree: Node) -> int:
        """How many hits ``tree`` has."""
        with self._opened() as opened:
            return len(_scores(opened.searcher, tree))

    def hit_ids(self, tree: Node) -> Sequence[int]:
        """The article ids of all hits of ``tree``, ascending."""
        return sorted(self.scores(tree))

    def suggest(self, word: str, limit: int = 5) -> tuple[str, ...]:
        """Words of the index that ``word`` may be a slip for, folded, the likeliest first; not itself."""
        folded = fold(word)
        with self._opened() as opened:
            counts: Counter[str] = Counter()
            for known in _words(opened.searcher):
                counts[known.folded] += known.documents
        slips = {known: _slips(folded.encode(), known.encode()) for known in counts if known != folded}
        near = [known for known, distance in slips.items() if distance <= slips_forgiven(folded)]
        return tuple(sorted(near, key=lambda known: (slips[known], -counts[known], known))[:limit])

    def words_from(self, start: str, limit: int = 10) -> tuple[str, ...]:
        """Words of the index that begin so, folded, the most frequent first."""
        with self._opened() as opened:
            counts: Counter[str] = Counter()
            for known in _words(opened.searcher, fold(start)):
                counts[known.folded] += known.documents
        return tuple(sorted(counts, key=lambda known: (-counts[known], known))[:limit])

    def article_ids(self) -> Sequence[int]:
        """The ids of all articles in the index, in order."""
        with self._opened() as opened:
            numbers = opened.searcher.reader().all_doc_ids()
            return sorted(opened.facts(number).number for number in numbers)

    def writer(self) -> AbstractContextManager[IndexWriter]:
        """A writer whose changes become visible together at the end of the ``with`` block."""
        return self._folder.writer()

    def rebuild(self, documents: Iterable[IndexDocument]) -> None:
        """Build the index anew and put it in the old one's place at one stroke."""
        self._folder.rebuild(documents)

    @contextmanager
    def _opened(self) -> Iterator[_Opened]:
        """A searcher with its files open; tried again where a writer has just taken them away."""
        failure: Exception | None = None
        for _ in range(OPEN_TRIES):
            state = self._folder.state()
            try:
                opened = _Opened(self._folder.path / state[0], self._weights)
            except UNREADABLE as exc:
                failure = exc
                if self._folder.state() == state:
                    break
                continue
            with opened.searcher:
                if self._folder.state() != state:
                    continue
                yield opened
                return
        raise self._folder.unreadable() from failure


class _Ranking(BM25F):  # type: ignore[misc]
    def __init__(self, weights: Weights) -> None:
        super().__init__(B=weights.b, K1=weights.k1)
        self._offset = weights.rarity_offset

    def idf(self, searcher: Searcher, fieldname: str, text: str) -> float:
        """Whoosh's own but for the offset, which is 1 there."""
        return float(super().idf(searcher, fieldname, text)) - 1.0 + self._offset


class _Facts(NamedTuple):
    """What is known of a document besides its words."""

    number: int  # of the article
    first: int
    last: int


class _Opened:
    """A searcher with the columns of its segments. Whoosh takes a file that is gone for an empty one."""

    def __init__(self, folder: Path, weights: Weights) -> None:
        index = FileStorage(str(folder)).open_index()
        self.searcher = index.searcher(weighting=_Ranking(weights))
        self._columns = []
        for reader, base in self.searcher.reader().leaf_readers():
            if reader.doc_count_all():
                for zone in Zone:  # their files are opened at the first use, when they may be gone
                    reader.doc_field_length(0, zone.value)
                columns = [reader.column_reader(name) for name in _Facts._fields]
                self._columns.append((base, columns))

    def facts(self, number: int) -> _Facts:
        """The facts of a document."""
        base, columns = next(found for found in reversed(self._columns) if found[0] <= number)
        return _Facts(*(int(column[number - base]) for column in columns))


def _scores(searcher: Searcher, tree: Node) -> dict[int, float]:
    """All documents found with their scores, which count with seven digits."""
    results = searcher.search(_whoosh_query(tree, searcher), limit=None, scored=True)
    return {int(number): float(np.float32(max(score, 0.0))) for score, number in results.top_n}


def _rank(order: Order, score: float, facts: _Facts) -> float:
    if order is Order.RELEVANCE:
        return score
    if order is Order.NEWEST:
        return facts.last
    return _NO_DAY - facts.first if facts.first else 0


def _counts(searcher: Searcher, found: dict[int, _Facts], facet: Facet) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    if facet in (Facet.YEAR, Facet.MONTH):
        counts.update(_period(facts, facet) for facts in found.values())
    else:
        start = f"{facet.value}:".encode()
        for term in searcher.reader().expand_prefix(LABELS, start):
            postings = searcher.reader().postings(LABELS, term)
            counts[term.removeprefix(start).decode()] += len(set(postings.all_ids()) & found.keys())
    return tuple(sorted(((v, n) for v, n in counts.items() if n), key=lambda pair: (-pair[1], pair[0])))


def _period(facts: _Facts, facet: Facet) -> str:
    if not facts.first:
        return UNDATED
    first, last = date.fromordinal(facts.first), date.fromordinal(facts.last)
    in_month = facet is Facet.MONTH and first.month == last.month
    return f"{first:%Y-%m}" if in_month else f"{first:%Y}"


def _words(searcher: Searcher, start: str = "") -> Iterator[Word]:
    """The words whose folded forms begin so."""
    reader = searcher.reader()
    for term in reader.lexicon(Zone.EXACT.value):
        exact = term.decode()
        folded = fold(exact)
        if folded.startswith(start):
            yield Word(folded, exact, reader.doc_frequency(Zone.EXACT.value, exact))


def _slips(one: bytes, other: bytes) -> int:
    """Optimal string alignment distance, by the book."""
    table = [list(range(len(other) + 1))]
    for i in range(1, len(one) + 1):
        table.append([i])
        for j in range(1, len(other) + 1):
            best = min(
                table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (one[i - 1] != other[j - 1])
            )
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                best = min(best, table[i - 2][j - 2] + 1)
            table[i].append(best)
    return table[-1][-1]


def _expansion(searcher: Searcher, node: Prefix) -> list[tuple[Zone, str]]:
    chosen = sorted(_words(searcher, node.start), key=lambda word: (-word.documents, word.exact))[
        :MAX_EXPANSIONS
    ]
    return expanded(chosen, node.zone)


def _whoosh_query(tree: Node, searcher: Searcher) -> Any:  # noqa: PLR0911  (one for each kind of node)
    match tree:
        case Words():
            return _words_query(tree, searcher)
        case Prefix():
            terms = [whoosh_query.Term(zone.value, term) for zone, term in _expansion(searcher, tree)]
            return whoosh_query.ConstantScoreQuery(whoosh_query.Or(terms), PREFIX_SCORE)
        case Near():
            terms_of = {
                part: _expansion(searcher, part)
                for part in (tree.left, tree.right)
                if isinstance(part, Prefix)
            }
            found = _Documents(lambda part: _near(part.reader(), terms_of, tree))
            return whoosh_query.And(
                [found, *(_whoosh_words(part, searcher) for part in (tree.left, tree.right))]
            )
        case Labelled(label, values):
            terms = [whoosh_query.Term(LABELS, label_term(label, value)) for value in values]
            return _selecting(whoosh_query.Or(terms))
        case Dated():
            return _selecting(_dated(searcher, tree))
        case Undated():
            return _selecting(whoosh_query.Term("first", 0))
        case Not(child):
            return _selecting(whoosh_query.And([_every(), whoosh_query.Not(_whoosh_query(child, searcher))]))
        case Or(children):
            # Whoosh's other way of doing this takes documents without a score for documents not found.
            return DefaultOr([_whoosh_query(child, searcher) for child in children])
        case And(children):
            return whoosh_query.And([_every(), *(_whoosh_query(child, searcher) for child in children)])


def _selecting(query: Any) -> Any:
    """A query that finds what another finds and gives it no score (Whoosh's constant of 0 counts as 1)."""
    return _Documents(lambda searcher: query.matcher(searcher).all_ids())


def _every() -> Any:
    return _selecting(whoosh_query.Every())


def _words_query(words: Words, searcher: Searcher) -> Any:
    terms = query_terms(words)
    if not terms:
        return whoosh_query.NullQuery
    if len(terms) == 1:
        return whoosh_query.Term(words.zone.value, terms[0])
    if words.slop == 0:
        return whoosh_query.Phrase(words.zone.value, list(terms))
    found = _Documents(lambda part: _with_stretch(part.reader(), words))
    return whoosh_query.And([found, _whoosh_words(words, searcher)])


def _whoosh_words(part: Words | Prefix, searcher: Searcher) -> Any:
    """All words of a phrase or a prefix, wherever they stand."""
    if isinstance(part, Prefix):
        return _whoosh_query(part, searcher)
    terms = [whoosh_query.Term(part.zone.value, term) for term in query_terms(part)]
    return whoosh_query.And(terms) if terms else whoosh_query.NullQuery


def _telling(searcher: Searcher, node: Dated) -> Any:
    reader, start = searcher.reader(), label_term(Label.TOLD, "")
    values = [term.decode().removeprefix(start) for term in reader.expand_prefix(LABELS, start.encode())]
    meeting = [
        value
        for value, (first, last) in ((value, told_days(value)) for value in values)
        if (node.first is None or last >= node.first) and (node.last is None or first <= node.last)
    ]
    return whoosh_query.Or([whoosh_query.Term(LABELS, label_term(Label.TOLD, value)) for value in meeting])


def _dated(searcher: Searcher, node: Dated) -> Any:
    if node.moment is Moment.TOLD:
        return _telling(searcher, node)
    first, last = ("added", "added") if node.moment is Moment.ADDED else ("first", "last")
    until = node.last.toordinal() if node.last else date.max.toordinal()
    since = node.first.toordinal() if node.first else 1
    return whoosh_query.And(
        [whoosh_query.NumericRange(first, 1, until), whoosh_query.NumericRange(last, since, None)]
    )


class _Documents(whoosh_query.Query):  # type: ignore[misc]
    """The documents that a function finds with a searcher of one segment, without a score."""

    def __init__(self, find: Any) -> None:
        self._find = find

    def matcher(self, searcher: Searcher, _context: Any = None) -> Any:
        """Whoosh's view of the documents."""
        ids = sorted(self._find(searcher))
        return ListMatcher(ids, [0.0] * len(ids)) if ids else NullMatcher()

    def estimate_size(self, reader: Any) -> int:
        """At most every document."""
        return int(reader.doc_count())

    estimate_min_size = estimate_size

    def normalize(self) -> Any:
        """There is no simpler form."""
        return self


def _positions(reader: Any, field: str, term: str) -> dict[int, list[int]]:
    if (field, term) not in reader:
        return {}
    matcher = reader.postings(field, term)
    found = {}
    while matcher.is_active():
        found[matcher.id()] = matcher.value_as("positions")
        matcher.next()
    return found


def _stretches(reader: Any, terms_of: Expansions, node: Words | Prefix) -> dict[int, list[_Stretch]]:
    """All stretches of each document, by trying every choice of places."""
    if isinstance(node, Prefix):
        found: dict[int, list[_Stretch]] = {}
        for zone, term in terms_of[node]:
            for number, places in _positions(reader, zone.value, term).items():
                found.setdefault(number, []).extend((place, place) for place in places)
        return found
    words = [_positions(reader, node.zone.value, term) for term in query_terms(node)]
    if not words:
        return {}
    return {
        number: list(_choices([word[number] for word in words], node.slop))
        for number in set.intersection(*(set(word) for word in words))
    }


def _choices(words: Sequence[Sequence[int]], slop: int) -> Iterator[_Stretch]:
    """A place of each word, in order, with at most ``slop`` others among them."""
    for start in words[0]:
        if len(words) == 1:
            yield start, start
        for place in words[1] if len(words) > 1 else ():
            others = place - start - 1
            if 0 <= others <= slop:
                rest = [[place], *words[2:]]
                yield from ((start, end) for _, end in _choices(rest, slop - others))


def _with_stretch(reader: Any, words: Words) -> list[int]:
    return [number for number, found in _stretches(reader, {}, words).items() if found]


def _near(reader: Any, terms_of: Expansions, node: Near) -> list[int]:
    left, right = (_stretches(reader, terms_of, part) for part in (node.left, node.right))
    unit = SENTENCE if node.unit is Unit.SENTENCE else PARAGRAPH
    breaks = _positions(reader, BREAKS, unit)
    return [
        number
        for number in left.keys() & right.keys()
        if any(
            _are_near(one, other, node, breaks.get(number, []))
            for one, other in itertools.product(left[number], right[number])
        )
    ]


def _are_near(one: _Stretch, other: _Stretch, node: Near, breaks: list[int]) -> bool:
    first, second = sorted((one, other))
    if second[0] <= first[1]:
        return False
    if node.unit is Unit.WORDS:
        return second[0] - first[1] <= node.distance
    return bisect_right(breaks, first[1]) == bisect_right(breaks, second[0])
