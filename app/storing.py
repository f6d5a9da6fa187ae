"""What an importer drafted, made an article of the archive: a new one, a new version, or the one it was."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from app.archive import Archive
from app.authority.names import slugify
from app.dates import DateBasis, PartialDate
from app.display import settle
from app.importers.draft import ArticleDraft
from app.quoting import link_quotations, store_quotations
from app.relating import StoredArticle, relate_article, relate_articles
from app.store import articles, changes, corrections, models, programmes, versions
from app.store.bulk import Inserts
from app.store.corrections import Kind
from app.store.quotes import QuoteChange, add_new_quotes
from app.store.withdrawals import is_withdrawn
from app.text_reading import TextReading

_OPENING_CHARACTERS = 300


class Stored(StrEnum):
    """What storing a draft came to."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"


class Batch:
    """Articles that are stored in one transaction: the new ones are put down together, by ``write``.

    ``keys`` are those of drafts to come: they are looked up together. What is looked up for one article is
    kept for the next.
    """

    def __init__(self, archive: Archive, session: Session, keys: Collection[str] = ()) -> None:
        self.archive, self.session = archive, session
        self.rows = Inserts(session)
        self.people: dict[str, models.Person | None] = {}
        self.outlets: dict[str, models.Outlet] = {}
        self.programme_ids: dict[str, int] = {}
        self._new_keys = set(keys) - articles.keys_among(session, keys)
        self._waiting: dict[str, StoredArticle] = {}  # by key

    def find(self, key: str) -> models.Article | None:
        """The article with this key, if there is one by now."""
        if key in self._waiting:
            self.write()
        return None if key in self._new_keys else articles.find_article(self.session, key)

    def add(self, key: str, article: StoredArticle) -> None:
        """Remember a new article, whose rows are added, as one to be related with others."""
        self._new_keys.discard(key)
        self._waiting[key] = article

    def write(self) -> None:
        """Put down what waits, and what follows from it."""
        self.rows.write()
        if self._waiting:
            relate_articles(self.session, list(self._waiting.values()))
        self._waiting = {}


def store_draft(batch: Batch, draft: ArticleDraft, reading: TextReading, source: models.Source) -> Stored:
    """Store the draft as the article it is, with its quotations and mentions; a new one with ``batch``.

    What an article was before is kept as a version. A draft that says nothing new changes nothing, and a
    summary never takes the place of the article that it is of.
    """
    assert source.id is not None
    session = batch.session
    key = draft.key(source.location)
    values = _values_of(session, draft, batch.outlets)
    known = batch.find(key)
    if known is None:
        _add_new(batch, draft, reading, {"key": key, "source_id": source.id, **values})
        return Stored.ADDED
    if _has(known, values) or (draft.is_summary and not known.is_summary):
        return Stored.SAME
    batch.write()
    versions.keep_version(session, known)
    known.changed_at = models.utc_now()
    known.source_id = source.id
    _fill(session, known, values)
    _store(batch.archive, session, known, draft)
    return Stored.CHANGED


def _add_new(batch: Batch, draft: ArticleDraft, reading: TextReading, values: dict[str, Any]) -> None:
    """Add a new article to the batch, with all that is found in its text."""
    archive, rows = batch.archive, batch.rows
    article_id = rows.new_id(models.Article)
    outlet = batch.outlets[slugify(draft.outlet)] if draft.outlet else None
    display = settle(None, draft.display, outlet.display if outlet else None)
    added = {"id": article_id, "display": display, "stated": {}, "added_at": models.utc_now()}
    rows.add(models.Article, values | added)
    for removal in _removals(draft):
        rows.add(models.Removal, {"article_id": article_id, **removal})
    for mention in _mentions(batch.session, reading, batch.programme_ids):
        rows.add(models.Mention, {"article_id": article_id, **mention})
    found = link_quotations(archive, batch.session, article_id, reading, batch.people)
    for rejection in found.rejections:
        rows.add_object(rejection)
    add_new_quotes(rows, found.quotations)
    rows.add(models.IndexChange, {"article_id": article_id})
    name = outlet.name if outlet else None
    batch.add(values["key"], StoredArticle(article_id, name, reading))


def rewrite_article(archive: Archive, session: Session, article: models.Article, draft: ArticleDraft) -> bool:
    """Make the article what the draft says, drawn anew from the same source; whether that changed it.

    It stays the version that it is: what changed is the reading, not the source.
    """
    values = _values_of(session, draft, {})
    if _has(article, values) and articles.has_removals(session, article, _removals(draft)):
        return False
    _fill(session, article, values)
    _store(archive, session, article, draft)
    return True


def apply_corrections(session: Session, article: models.Article) -> None:
    """Let hold for the article what editors decided, and else what its source states."""
    article.sqlmodel_update(article.stated)
    stated: dict[str, Any] = {}
    decided = {} if article.id is None else corrections.values_of_article(session, article.id)
    for kind, value in decided.items():
        columns = _columns_of(session, kind, value)
        stated |= {name: getattr(article, name) for name in columns}
        article.sqlmodel_update(columns)
    article.stated = stated
    articles.settle_display(session, article)


def derive(archive: Archive, session: Session, article: models.Article) -> list[QuoteChange]:
    """Make what follows from an article what it is now, and note it for the index; its changed quotations.

    From a withdrawn article nothing follows.
    """
    assert article.id is not None
    text = "" if is_withdrawn(session, article.id) else article.text
    day = PartialDate.parse(article.published) if article.published else None
    outlet = session.get_one(models.Outlet, article.outlet_id).name if article.outlet_id else None
    reading = archive.reader.read(text, day)
    articles.replace_mentions(session, article.id, list(_mentions(session, reading, {})))
    changed = store_quotations(archive, session, article.id, reading)
    relate_article(session, StoredArticle(article.id, outlet, reading))
    changes.note_change(session, article.id)
    return changed


def _columns_of(session: Session, kind: Kind, value: str | None) -> dict[str, Any]:
    """The columns of an article that a decision on its title, date or outlet settles."""
    match kind:
        case Kind.TITLE:
            return {"title": value, "slug": _slug(value)}
        case Kind.DATE:
            return {"published": value, "date_basis": DateBasis.CORRECTED, "date_evidence": None}
        case _:
            outlet = articles.find_outlet(session, slugify(value), value) if value else None
            return {"outlet_id": outlet.id if outlet else None}


def _fill(session: Session, article: models.Article, values: dict[str, Any]) -> None:
    article.stated = {}
    article.sqlmodel_update(values)
    apply_corrections(session, article)


def _store(archive: Archive, session: Session, article: models.Article, draft: ArticleDraft) -> None:
    session.add(article)
    session.flush()
    assert article.id is not None
    articles.replace_removals(session, article.id, _removals(draft))
    derive(archive, session, article)


def _values_of(session: Session, draft: ArticleDraft, outlets: dict[str, models.Outlet]) -> dict[str, Any]:
    """The columns of an article that a draft settles; ``outlets`` are those looked up before, by slug."""
    opening = " ".join(draft.text[:_OPENING_CHARACTERS].split())
    outlet = None
    if draft.outlet:
        slug = slugify(draft.outlet)
        outlet = outlets.get(slug) or articles.find_outlet(session, slug, draft.outlet)
        outlets[slug] = outlet
    return {
        "slug": _slug(draft.title),
        "title": draft.title,
        "opening": opening,
        "text": draft.text,
        "place": draft.place,
        "is_summary": draft.is_summary,
        "word_count": len(draft.text.split()),
        "outlet_id": outlet.id if outlet else None,
        "author": draft.author,
        "url": draft.url,
        "language": draft.language,
        "licence": draft.licence,
        "display_stated": draft.display,
        "attribution": draft.attribution,
        "based_on": list(draft.based_on),
        "published": draft.published.date.iso() if draft.published else None,
        "date_basis": draft.published.basis if draft.published else None,
        "date_evidence": draft.published.evidence if draft.published else None,
    }


def _slug(title: str | None) -> str:
    """What its address says of an article: never words of its text, which may be withheld."""
    return slugify(title) if title else "untitled"


def _has(article: models.Article, values: dict[str, Any]) -> bool:
    """Whether the article's source said all of that already; its place in a source is nothing it says."""
    return all(
        versions.as_stated(article, name) == value for name, value in values.items() if name != "place"
    )


def _removals(draft: ArticleDraft) -> list[dict[str, Any]]:
    """The rows of what was taken out; dataclasses.asdict would take longer than all the rest."""
    return [
        {
            "rule": one.rule,
            "start": one.start,
            "end": one.end,
            "text": one.text,
            "replacement": one.replacement,
        }
        for one in draft.removals
    ]


def _mentions(session: Session, reading: TextReading, ids: dict[str, int]) -> Iterator[dict[str, Any]]:
    """The rows of the places where a text names programmes; ``ids`` are those looked up before, by slug."""
    mentions = reading.programmes
    new = {mention.slug for mention in mentions} - ids.keys()
    if new:
        ids |= programmes.ids_of(session, new)
    return (
        {
            "programme_id": ids[mention.slug],
            "start": mention.start,
            "end": mention.end,
            "form": mention.form,
        }
        for mention in mentions
    )
