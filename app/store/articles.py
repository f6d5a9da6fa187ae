"""Articles: found by their keys, listed, read whole, saved."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, String, bindparam, cast, func, insert
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, delete, select

from app.dates import DateBasis, PartialDate
from app.display import DisplayMode, settle, shown_text
from app.errors import NotFoundError
from app.store.changes import note_change
from app.store.models import Article, Credit, Mention, Outlet, Quote, Removal, Source
from app.store.versions import count_versions
from app.store.withdrawals import PRESENT, require_present

_TITLE_WORDS = 9
_ENDS = (func.min, func.max)
_BASIS_TEXTS = {
    DateBasis.STATED: "stated by the source",
    DateBasis.METADATA: "stated in the source’s metadata",
    DateBasis.URL: "from the address of the page",
    DateBasis.INFERRED: "inferred from the text",
    DateBasis.CORRECTED: "corrected by an editor",
}


@dataclass(frozen=True, slots=True)
class Published:
    """When an article was published, as far as it is known, and how that is known."""

    date: PartialDate | None
    basis: DateBasis | None
    evidence: str | None

    @property
    def is_inferred(self) -> bool:
        """Whether the date was worked out from the text and not stated by the source."""
        return self.basis is DateBasis.INFERRED

    @property
    def basis_text(self) -> str:
        """What the date rests on, in words; empty for no date."""
        return _BASIS_TEXTS[self.basis] if self.basis else ""

    def text(self) -> str:
        """The date in running text: "17 March 2025", "about March 2025" if inferred, or "undated"."""
        if self.date is None:
            return "undated"
        return f"about {self.date.text()}" if self.is_inferred else self.date.text()


@dataclass(frozen=True, slots=True)
class ArticleCard:
    """An article in a list; ``title`` is never empty, ``is_untitled`` says that it is made from the text."""

    id: int
    slug: str
    title: str
    is_untitled: bool
    outlet: str | None
    outlet_slug: str | None
    published: Published
    word_count: int
    quote_count: int
    display: DisplayMode = DisplayMode.FULL

    @property
    def path(self) -> str:
        """The address of its page."""
        return f"/articles/{self.id}-{self.slug}"


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article read whole; ``text`` is what of its text may be shown (see ``app/display``)."""

    card: ArticleCard
    text: str
    author: str | None
    url: str | None
    language: str | None
    licence: str | None
    attribution: str | None
    based_on: tuple[str, ...]
    source_name: str
    place: str
    is_summary: bool
    source_sha256: str
    source_byte_count: int
    importer: str
    importer_version: str
    retrieved_on: str
    removals: tuple[Removal, ...]
    version_count: int


def title_of(article: Article | Row[Any]) -> str:
    """The title of an article, or what stands in for one: no more of its text than may be shown."""
    return _display_title(article.title, shown_text(article.opening, DisplayMode(article.display)))


def _display_title(title: str | None, opening: str) -> str:
    """The title, or the first words of what may be shown.

    >>> _display_title(None, "High Representative Kaja Kallas will travel to London this week for talks with")
    'Untitled: High Representative Kaja Kallas will travel to London this…'
    """
    if title:
        return title
    words = opening.split()
    if not words:
        return "Untitled"
    dots = "…" if len(words) > _TITLE_WORDS else ""
    return f"Untitled: {' '.join(words[:_TITLE_WORDS])}{dots}"


def published_of(article: Article | Row[Any]) -> Published:
    """The stored date columns as one value; the words a date was inferred from, if any may be shown."""
    basis = DateBasis(article.date_basis) if article.date_basis else None
    is_withheld = basis is DateBasis.INFERRED and article.display == DisplayMode.METADATA
    return Published(
        PartialDate.parse(article.published) if article.published else None,
        basis,
        None if is_withheld else article.date_evidence,
    )


def find_source(session: Session, sha256: str) -> Source | None:
    """The source with these bytes, if the archive has it."""
    return session.exec(select(Source).where(Source.sha256 == sha256)).first()


def sources_among(session: Session, hashes: Collection[str]) -> set[str]:
    """Which of these hashes are of sources that the archive has."""
    return set(session.exec(select(Source.sha256).where(col(Source.sha256).in_(hashes))))


def keys_among(session: Session, keys: Collection[str]) -> set[str]:
    """Which of these keys are of articles that the archive has."""
    return set(session.exec(select(Article.key).where(col(Article.key).in_(keys))))


def last_fetched(session: Session, url: str) -> Source | None:
    """The newest source that was fetched from this address, if there is one."""
    query = select(Source).where(Source.location == url).order_by(col(Source.retrieved_at).desc())
    return session.exec(query.limit(1)).first()


def articles_of_source(session: Session, source_id: int) -> Sequence[Article]:
    """The articles whose present text comes from this source."""
    return session.exec(select(Article).where(Article.source_id == source_id).order_by(col(Article.id))).all()


def find_article(session: Session, key: str) -> Article | None:
    """The article with this key, if the archive has it."""
    return session.exec(select(Article).where(Article.key == key)).first()


def find_outlet(session: Session, slug: str, name: str) -> Outlet:
    """The outlet with this slug, made if it is new."""
    outlet = session.exec(select(Outlet).where(Outlet.slug == slug)).first()
    if outlet is None:
        outlet = Outlet(slug=slug, name=name)
        session.add(outlet)
        session.flush()
    return outlet


def settle_display(session: Session, article: Article) -> None:
    """Let hold for the article what was last said of it, by an editor, its source or its outlet."""
    outlet = session.get(Outlet, article.outlet_id) if article.outlet_id else None
    stated = (article.display_set, article.display_stated, outlet.display if outlet else None)
    article.display = settle(*stated)
    session.add(article)


def set_article_display(session: Session, article_id: int, mode: DisplayMode) -> int:
    """Set how much of an article is shown, whatever its source states. Raises NotFoundError."""
    article = session.get(Article, article_id)
    if article is None:
        raise NotFoundError("article", str(article_id))
    article.display_set = mode
    settle_display(session, article)
    note_change(session, article_id)
    return 1


def set_outlet_display(session: Session, slug: str, mode: DisplayMode) -> int:
    """Set how much is shown of an outlet's articles, of which nothing else is said; how many it has.

    Raises NotFoundError.
    """
    outlet = session.exec(select(Outlet).where(Outlet.slug == slug)).first()
    if outlet is None:
        raise NotFoundError("outlet", slug)
    outlet.display = mode
    session.add(outlet)
    rows = session.exec(select(Article).where(Article.outlet_id == outlet.id).order_by(col(Article.id))).all()
    for article in rows:
        settle_display(session, article)
        note_change(session, article.id or 0)
    return len(rows)


def list_outlets(session: Session) -> list[tuple[str, str]]:
    """The slug and the name of every outlet that an article has, by name."""
    published = select(Article.outlet_id).where(PRESENT, col(Article.outlet_id).is_not(None))
    query = select(Outlet.slug, Outlet.name).where(col(Outlet.id).in_(published))
    return list(session.exec(query.order_by(Outlet.name)).all())


def names_of_outlets(session: Session, slugs: Sequence[str]) -> dict[str, str]:
    """The names of the outlets with these slugs."""
    return dict(session.exec(select(Outlet.slug, Outlet.name).where(col(Outlet.slug).in_(slugs))).all())


def list_authors(session: Session) -> Sequence[str]:
    """Every author as an article names them, once."""
    query = select(Article.author).where(col(Article.author).is_not(None), PRESENT).distinct()
    return [author for author in session.exec(query.order_by(col(Article.author))) if author]


def list_credited(session: Session) -> list[str]:
    """Every source that an article states or credits, a name or an address, once."""
    # As texts: PostgreSQL does not compare values of JSON.
    lists = session.exec(select(cast(Article.based_on, String)).where(PRESENT).distinct()).all()
    credited = session.exec(select(Credit.name).distinct()).all()
    return sorted({*credited, *(name for names in lists for name in json.loads(names))})


def replace_removals(session: Session, article_id: int, removals: Sequence[Mapping[str, Any]]) -> None:
    """Put down what cleaning took from the article's present source."""
    _replace_rows(session, Removal, article_id, removals)


def has_removals(session: Session, article: Article, removals: Sequence[Mapping[str, Any]]) -> bool:
    """Whether exactly these stretches are put down as taken from the article's source."""
    query = select(Removal).where(Removal.article_id == article.id).order_by(col(Removal.id))
    return [row.model_dump(exclude={"id", "article_id"}) for row in session.exec(query)] == removals


def replace_mentions(session: Session, article_id: int, mentions: Sequence[Mapping[str, Any]]) -> None:
    """Put down where the article's present text names programmes."""
    _replace_rows(session, Mention, article_id, mentions)


def _replace_rows(
    session: Session,
    table: type[Removal | Mention],
    article_id: int,
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Put down these rows of an article in the place of older ones; plain rows, since there may be many."""
    session.exec(delete(table).where(col(table.article_id) == article_id))
    if rows:
        session.execute(insert(table), [{"article_id": article_id, **row} for row in rows])


def read_article(session: Session, article_id: int) -> ArticleRecord:
    """One article, whole. Raises NotFoundError, and WithdrawnError for one that is withdrawn."""
    require_present(session, article_id)
    cards = read_cards(session, [article_id])
    if not cards:
        raise NotFoundError("article", str(article_id))
    article = session.get_one(Article, article_id)
    source = session.get_one(Source, article.source_id)
    removals = session.exec(
        select(Removal).where(Removal.article_id == article_id).order_by(col(Removal.start), col(Removal.id))
    ).all()
    return ArticleRecord(
        card=cards[article_id],
        text=shown_text(article.text, cards[article_id].display),
        author=article.author,
        url=article.url,
        language=article.language,
        licence=article.licence,
        attribution=article.attribution,
        based_on=tuple(article.based_on),
        source_name=_name_of(source.location),
        place=article.place,
        is_summary=article.is_summary,
        source_sha256=source.sha256,
        source_byte_count=source.byte_count,
        importer=source.importer,
        importer_version=source.importer_version,
        retrieved_on=source.retrieved_at.date().isoformat(),
        removals=tuple(removals),
        version_count=count_versions(session, article_id),
    )


def _name_of(location: str) -> str:
    """The file's name, with the member that is meant where the file holds several.

    >>> _name_of("/srv/reports/crawl.zip!/news/pact.html")
    'crawl.zip!/news/pact.html'
    """
    path, mark, member = location.partition("!/")
    return path.rpartition("/")[2] + mark + member


def raw_text_of(session: Session, article_id: int) -> str:
    """The text of an article's source as it came, before cleaning. Raises NotFoundError."""
    query = select(Source.content).join(Article).where(Article.id == article_id)
    content = session.exec(query).first()
    if content is None:
        raise NotFoundError("article", str(article_id))
    return zlib.decompress(content).decode("utf-8", errors="replace")


def read_cards(session: Session, ids: Sequence[int]) -> dict[int, ArticleCard]:
    """The cards of these articles by id; ids the archive does not have, or no more, are left out."""
    return {row.id: _card(row) for row in session.execute(_CARDS_OF_IDS, {"ids": ids})}


def list_articles(session: Session, *, offset: int, limit: int) -> list[ArticleCard]:
    """Articles, newest first, undated ones last."""
    return [_card(row) for row in session.execute(_CARDS.offset(offset).limit(limit))]


def count_articles(session: Session) -> int:
    """How many articles the archive holds."""
    return session.exec(select(func.count()).select_from(Article).where(PRESENT)).one()


def all_article_ids(session: Session) -> Sequence[int]:
    """The ids of all articles, in order; withdrawn ones are left out."""
    return session.exec(select(col(Article.id)).where(PRESENT).order_by(col(Article.id))).all()  # type: ignore[return-value]


def period_covered(session: Session) -> tuple[PartialDate, PartialDate] | None:
    """The first and the last date of any article, or None where none is dated."""
    # Apart, so that each is the first that an index has; both together read it from end to end.
    first, last = (session.exec(select(end(Article.published)).where(PRESENT)).one() for end in _ENDS)
    return (PartialDate.parse(first), PartialDate.parse(last)) if first and last else None


def texts_of(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The cleaned text of these articles by id."""
    return dict(session.exec(select(Article.id, Article.text).where(col(Article.id).in_(ids))).all())  # type: ignore[arg-type]


def snippet_texts_of(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The texts that search results may show a few words of: empty for articles that may show none."""
    rows = session.execute(_SNIPPET_TEXTS, {"ids": ids})
    return {row.id: "" if row.display == DisplayMode.METADATA else row.text for row in rows}


_SNIPPET_TEXTS = select_columns(col(Article.id), col(Article.display), col(Article.text)).where(
    col(Article.id).in_(bindparam("ids", expanding=True))
)


_QUOTE_COUNT = (
    select(func.count(col(Quote.id)))
    .where(
        Quote.article_id == Article.id,
        col(Quote.removed_at).is_(None),
        Quote.kind != "indirect",
        Article.display != DisplayMode.METADATA,
    )
    .correlate(Article)
    .scalar_subquery()
)
# What dates are told by, wherever no more is asked for: an article read whole has its text with it.
PUBLISHED: tuple[Any, ...] = (Article.published, Article.date_basis, Article.date_evidence, Article.display)
_CARD: tuple[Any, ...] = (
    Article.id,
    Article.slug,
    Article.title,
    Article.opening,
    Article.word_count,
    *PUBLISHED,
    col(Outlet.name).label("outlet"),
    col(Outlet.slug).label("outlet_slug"),
    _QUOTE_COUNT.label("quote_count"),
)
_CARDS = (
    select_columns(*_CARD)
    .join(Outlet, isouter=True)
    .where(PRESENT)
    .order_by(
        col(Article.published).desc().nulls_last(),  # as an index has it
        col(Article.id).desc(),
    )
)
# Made once: making a query takes longer than asking it.
_CARDS_OF_IDS = _CARDS.where(col(Article.id).in_(bindparam("ids", expanding=True)))


def _card(row: Row[Any]) -> ArticleCard:
    return ArticleCard(
        id=row.id,
        slug=row.slug,
        title=title_of(row),
        is_untitled=row.title is None,
        outlet=row.outlet,
        outlet_slug=row.outlet_slug,
        published=published_of(row),
        word_count=row.word_count,
        quote_count=row.quote_count,
        display=DisplayMode(row.display),
    )
