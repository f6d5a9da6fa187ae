"""What an importer drafted, made an article of the archive: a new one, a new version, or the one it was."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from app.archive import Archive
from app.authority.names import slugify
from app.authority.programmes import tag_programmes
from app.dates import DateBasis, PartialDate
from app.importers.draft import ArticleDraft, SourceFile
from app.quoting import store_quotations
from app.relating import StoredArticle, relate_article
from app.store import articles, changes, corrections, models, programmes, versions
from app.store.corrections import Kind
from app.store.quotes import QuoteChange
from app.store.withdrawals import is_withdrawn

_OPENING_CHARACTERS = 300


class Stored(StrEnum):
    """What storing a draft came to."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"


def key_of(draft: ArticleDraft, source: SourceFile | models.Source) -> str:
    """What makes an article the same one when it comes again."""
    if draft.url:
        return f"url:{draft.url}"
    if draft.is_known_by_words:
        return f"words:{hashlib.sha256(draft.text.encode()).hexdigest()}"
    return f"file:{source.location}#{draft.place}"


def store_draft(archive: Archive, session: Session, draft: ArticleDraft, source: models.Source) -> Stored:
    """Store the draft as the article it is, with its quotations and mentions; the caller commits.

    What an article was before is kept as a version. A draft that says nothing new changes nothing, and a
    summary never takes the place of the article that it is of.
    """
    assert source.id is not None
    key = key_of(draft, source)
    known = articles.find_article(session, key)
    values = _values_of(session, draft)
    if known and (_has(known, values) or (draft.is_summary and not known.is_summary)):
        return Stored.SAME
    if known:
        versions.keep_version(session, known)
        article = known
        article.changed_at = models.utc_now()
    else:
        article = models.Article(key=key, source_id=source.id, slug="", opening="", text="", word_count=0)
    article.source_id = source.id
    _fill(session, article, values)
    _store(archive, session, article, draft)
    return Stored.CHANGED if known else Stored.ADDED


def rewrite_article(archive: Archive, session: Session, article: models.Article, draft: ArticleDraft) -> bool:
    """Make the article what the draft says, drawn anew from the same source; whether that changed it.

    It stays the version that it is: what changed is the reading, not the source.
    """
    values = _values_of(session, draft)
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
        columns = _columns_of(session, article, kind, value)
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
    _store_mentions(archive, session, article.id, text)
    changed = store_quotations(archive, session, article.id, text, day)
    relate_article(archive, session, StoredArticle(article.id, text, outlet, day))
    changes.note_change(session, article.id)
    return changed


def _columns_of(session: Session, article: models.Article, kind: Kind, value: str | None) -> dict[str, Any]:
    """The columns of an article that a decision on its title, date or outlet settles."""
    match kind:
        case Kind.TITLE:
            return {"title": value, "slug": _slug(value, article.opening)}
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


def _values_of(session: Session, draft: ArticleDraft) -> dict[str, Any]:
    """The columns of an article that a draft settles."""
    opening = " ".join(draft.text[:_OPENING_CHARACTERS].split())
    outlet = articles.find_outlet(session, slugify(draft.outlet), draft.outlet) if draft.outlet else None
    return {
        "slug": _slug(draft.title, opening),
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


def _slug(title: str | None, opening: str) -> str:
    return slugify(title or " ".join(opening.split()[:9]))


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


def _store_mentions(archive: Archive, session: Session, article_id: int, text: str) -> None:
    mentions = list(tag_programmes(text, archive.programmes))
    ids = programmes.ids_of(session, {mention.slug for mention in mentions})
    articles.replace_mentions(
        session,
        article_id,
        [
            {
                "programme_id": ids[mention.slug],
                "start": mention.start,
                "end": mention.end,
                "form": mention.form,
            }
            for mention in mentions
        ],
    )
