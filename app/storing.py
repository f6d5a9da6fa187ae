"""What an importer drafted, made an article of the archive: a new one, a new version, or the one it was."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from app.archive import Archive
from app.authority.names import slugify
from app.authority.programmes import tag_programmes
from app.importers.draft import ArticleDraft, SourceFile
from app.quoting import store_quotations
from app.relating import StoredArticle, relate_article
from app.store import articles, changes, models, programmes, versions

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


def _fill(session: Session, article: models.Article, values: dict[str, Any]) -> None:
    article.sqlmodel_update(values)
    articles.settle_display(session, article)


def _store(archive: Archive, session: Session, article: models.Article, draft: ArticleDraft) -> None:
    session.add(article)
    session.flush()
    assert article.id is not None
    articles.replace_removals(session, article.id, _removals(draft))
    _store_mentions(archive, session, article.id, draft.text)
    day = draft.published.date if draft.published else None
    store_quotations(archive, session, article.id, draft.text, day)
    relate_article(archive, session, StoredArticle(article.id, draft.text, draft.outlet, day))
    changes.note_change(session, article.id)


def _values_of(session: Session, draft: ArticleDraft) -> dict[str, Any]:
    """The columns of an article that a draft settles."""
    opening = " ".join(draft.text[:_OPENING_CHARACTERS].split())
    outlet = articles.find_outlet(session, slugify(draft.outlet), draft.outlet) if draft.outlet else None
    return {
        "slug": slugify(draft.title or " ".join(opening.split()[:9])),
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


def _has(article: models.Article, values: dict[str, Any]) -> bool:
    """Whether the article says all of that already; its place in a source is nothing it says."""
    return all(getattr(article, name) == value for name, value in values.items() if name != "place")


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
