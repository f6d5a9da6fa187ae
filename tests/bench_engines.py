"""The engines that ``bench_search`` measures: ours, SQLite FTS5 and tantivy, each at its best.

All have one field of title and text with an English stemmer, count hits, order them by BM25, count outlets,
years and people, and cut the snippets of ten hits out of the stored text.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import tantivy

from app.fulltext.array_index import ArrayIndex
from app.fulltext.matching import matches
from app.fulltext.query import parse
from app.fulltext.search_index import Facet, IndexDocument, Order
from app.fulltext.snippets import snippet
from app.fulltext.tree import Node, Or
from tests.made_corpus import MadeArticle

_HITS = 10
_FACET_VALUES = 50
_SNIPPET_CHARACTERS = 320

Answer = tuple[int, tuple[int, ...]]
"""How many hits there are, and the ids of the first ten."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown of the hits of a query."""

    answer: Answer
    facets: int  # how many values have a count
    snippets: tuple[str, ...]


class Engine(Protocol):
    """An index in a folder of its own. Queries are "word", "word AND word", "“two words”" or "start*"."""

    def build(self, articles: Iterable[MadeArticle]) -> None:
        """Make the index; the folder is there and empty."""
        ...

    def open(self) -> None:
        """Make it ready to answer."""
        ...

    def find(self, query: str) -> Answer:
        """The hits."""
        ...

    def count_facets(self, query: str) -> int:
        """Count the values of three facets; how many values have a count."""
        ...

    def page(self, query: str) -> Page:
        """All of it, with snippets."""
        ...


class Ours:
    """The archive's index; texts in SQLite, as the archive has them."""

    facets = (Facet.OUTLET, Facet.YEAR, Facet.SPEAKER)

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def build(self, articles: Iterable[MadeArticle]) -> None:
        database = sqlite3.connect(self._folder / "texts.db")
        database.execute("CREATE TABLE article (id INTEGER PRIMARY KEY, text TEXT)")

        def documents() -> Iterable[IndexDocument]:
            for article in articles:
                database.execute("INSERT INTO article VALUES (?, ?)", (article.id, article.text))
                yield article.document()

        ArrayIndex(self._folder / "index").rebuild(documents())
        database.commit()
        database.close()

    def open(self) -> None:
        self.index = ArrayIndex(self._folder / "index")
        self.index.search(Or(()), order=Order.RELEVANCE, offset=0, limit=_HITS)
        self._texts = sqlite3.connect(self._folder / "texts.db", check_same_thread=False)

    def find(self, query: str) -> Answer:
        found = self.index.search(_tree(query), order=Order.RELEVANCE, offset=0, limit=_HITS)
        return found.total, found.article_ids

    def count_facets(self, query: str) -> int:
        found = self.index.search(
            _tree(query),
            order=Order.RELEVANCE,
            offset=0,
            limit=0,
            facets=self.facets,
            facet_limit=_FACET_VALUES,
        )
        return sum(map(len, found.facets.values()))

    def page(self, query: str) -> Page:
        tree = _tree(query)
        found = self.index.search(
            tree,
            order=Order.RELEVANCE,
            offset=0,
            limit=_HITS,
            facets=self.facets,
            facet_limit=_FACET_VALUES,
        )
        texts = self._texts_of(found.article_ids)
        shown = tuple(
            snippet(texts[i], matches(texts[i], tree), _SNIPPET_CHARACTERS).text for i in found.article_ids
        )
        return Page((found.total, found.article_ids), sum(map(len, found.facets.values())), shown)

    def _texts_of(self, ids: tuple[int, ...]) -> dict[int, str]:
        marks = ",".join("?" * len(ids))
        return dict(self._texts.execute(f"SELECT id, text FROM article WHERE id IN ({marks})", ids))


def _tree(query: str) -> Node:
    tree = parse(query).tree
    assert tree is not None, query
    return tree


class Fts5:
    """SQLite's own full-text search; the found rows are put down once and then counted."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "fts5.db"

    def build(self, articles: Iterable[MadeArticle]) -> None:
        database = sqlite3.connect(self._path)
        database.executescript("""
            CREATE VIRTUAL TABLE found USING fts5(text, tokenize = 'porter unicode61');
            CREATE TABLE article (id INTEGER PRIMARY KEY, outlet TEXT, year INTEGER);
            CREATE TABLE speaker (
                article_id INTEGER, person TEXT, PRIMARY KEY (article_id, person)
            ) WITHOUT ROWID;
        """)
        for article in articles:
            database.execute(
                "INSERT INTO found (rowid, text) VALUES (?, ?)",
                (article.id, f"{article.title}\n{article.text}"),
            )
            year = article.published.year if article.published else None
            database.execute("INSERT INTO article VALUES (?, ?, ?)", (article.id, article.outlet, year))
            database.executemany(
                "INSERT INTO speaker VALUES (?, ?)", [(article.id, p) for p in article.speakers]
            )
        database.execute("INSERT INTO found (found) VALUES ('optimize')")
        database.commit()
        database.execute("ANALYZE")
        database.close()

    def open(self) -> None:
        self._database = sqlite3.connect(self._path, check_same_thread=False)
        self._database.execute("PRAGMA cache_size = -200000")
        self._database.execute("PRAGMA temp_store = MEMORY")
        self._database.execute("CREATE TEMP TABLE hit (id INTEGER PRIMARY KEY)")

    def find(self, query: str) -> Answer:
        [(total,)] = self._database.execute("SELECT count(*) FROM found WHERE found MATCH ?", (query,))
        best = self._database.execute(
            "SELECT rowid FROM found WHERE found MATCH ? ORDER BY rank LIMIT ?", (query, _HITS)
        )
        return int(total), tuple(row for (row,) in best)

    def count_facets(self, query: str) -> int:
        return self._count(query)[1]

    def page(self, query: str) -> Page:
        total, facets = self._count(query)
        shown = self._database.execute(
            "SELECT rowid, snippet(found, 0, '[', ']', '…', 50) FROM found WHERE found MATCH ?"
            " ORDER BY rank LIMIT ?",
            (query, _HITS),
        ).fetchall()
        return Page((total, tuple(row for row, _ in shown)), facets, tuple(text for _, text in shown))

    def _count(self, query: str) -> tuple[int, int]:
        ask = self._database.execute
        ask("DELETE FROM hit")
        ask("INSERT INTO hit SELECT rowid FROM found WHERE found MATCH ?", (query,))
        total = ask("SELECT count(*) FROM hit").fetchone()[0]
        values = 0
        for counted in (
            "SELECT outlet, count(*) FROM hit JOIN article USING (id) GROUP BY outlet",
            "SELECT year, count(*) FROM hit JOIN article USING (id) GROUP BY year",
            "SELECT person, count(*) FROM hit JOIN speaker ON article_id = id GROUP BY person",
        ):
            values += len(ask(f"{counted} ORDER BY 2 DESC LIMIT {_FACET_VALUES}").fetchall())
        return int(total), values


_FACETS = {name: {"terms": {"field": name, "size": _FACET_VALUES}} for name in ("outlet", "year", "speaker")}


class Tantivy:
    """Tantivy by its Python binding, facets from its own columns."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def build(self, articles: Iterable[MadeArticle]) -> None:
        index = tantivy.Index(self._schema(), path=str(self._folder))
        writer = index.writer(1_000_000_000, 1)
        for article in articles:
            document = tantivy.Document()
            document.add_unsigned("number", article.id)
            document.add_text("text", f"{article.title}\n{article.text}")
            document.add_text("outlet", article.outlet)
            if article.published:
                document.add_unsigned("year", article.published.year)
            for person in article.speakers:
                document.add_text("speaker", person)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        self._index = tantivy.Index.open(str(self._folder))
        self._searcher = self._index.searcher()

    def find(self, query: str) -> Answer:
        return self._find(self._parsed(query))

    def count_facets(self, query: str) -> int:
        return self._count(self._parsed(query))

    def page(self, query: str) -> Page:
        parsed = self._parsed(query)
        found: Any = self._searcher.search(parsed, limit=_HITS, count=True)  # its stubs leave out the count
        facets = self._count(parsed)
        cutter = tantivy.SnippetGenerator.create(self._searcher, parsed, self._index.schema, "text")
        cutter.set_max_num_chars(_SNIPPET_CHARACTERS)
        ids: list[Any] = []
        shown = []
        for _, address in found.hits:
            document = self._searcher.doc(address)
            ids.append(document.get_first("number"))
            shown.append(cutter.snippet_from_doc(document).to_html())
        return Page((found.count, tuple(ids)), facets, tuple(shown))

    def _find(self, parsed: tantivy.Query) -> Answer:
        found: Any = self._searcher.search(parsed, limit=_HITS, count=True)  # its stubs leave out the count
        addresses = [address for _, address in found.hits]
        numbers: list[Any] = self._searcher.fast_field_values("number", addresses)
        return found.count, tuple(numbers)

    def _count(self, parsed: tantivy.Query) -> int:
        counted: dict[str, Any] = self._searcher.aggregate(parsed, _FACETS)
        return sum(len(counted[name]["buckets"]) for name in _FACETS)

    def _parsed(self, query: str) -> tantivy.Query:
        if query.endswith("*"):
            return tantivy.Query.regex_query(self._index.schema, "text", query.replace("*", ".*"))
        return self._index.parse_query(query, ["text"])

    @staticmethod
    def _schema() -> tantivy.Schema:
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("number", stored=True, fast=True)
        builder.add_text_field("text", stored=True, tokenizer_name="en_stem")
        for name in ("outlet", "speaker"):
            builder.add_text_field(name, stored=False, fast=True, tokenizer_name="raw", index_option="basic")
        builder.add_unsigned_field("year", stored=False, fast=True)
        return builder.build()


ENGINES: dict[str, Callable[[Path], Engine]] = {"ours": Ours, "fts5": Fts5, "tantivy": Tantivy}


def built(name: str, folder: Path, articles: Callable[[], Iterable[MadeArticle]]) -> Path:
    """The folder of an engine's index, built if it is not whole."""
    path, mark = folder / name, folder / f"{name}.whole"
    is_usable = mark.exists() and (name != "ours" or ArrayIndex(path / "index").exists())
    if not is_usable:
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        ENGINES[name](path).build(articles())
        mark.touch()
    return path
