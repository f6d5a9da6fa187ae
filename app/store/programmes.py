"""Programmes: the register's, with the articles that name them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from app.errors import NotFoundError
from app.store.bulk import insert_rows
from app.store.models import Article, Mention, Person, Programme, Quote, QuoteProgramme, QuoteSpeaker
from app.store.quotes import SHOWN, PersonRef


@dataclass(frozen=True, slots=True)
class ProgrammeCard:
    """A programme as lists show it; ``article_count`` counts the articles that name it."""

    slug: str
    name: str
    acronym: str | None
    description: str
    article_count: int

    @property
    def short_name(self) -> str:
        """The acronym where there is one."""
        return self.acronym or self.name

    @property
    def path(self) -> str:
        """The address of its page."""
        return f"/programmes/{self.slug}"

    @property
    def search_path(self) -> str:
        """The address of the search for everything tagged with it."""
        return f"/search?q=programme:{self.slug}"


def save_programme(
    session: Session, slug: str, *, name: str, acronym: str | None, kind: str, description: str
) -> Programme:
    """Make the programme of this slug what the register says."""
    programme = find_programme(session, slug) or Programme(slug=slug, name="", kind="", description="")
    programme.name, programme.acronym, programme.kind, programme.description = (
        name,
        acronym,
        kind,
        description,
    )
    session.add(programme)
    session.flush()
    return programme


def find_programme(session: Session, slug: str) -> Programme | None:
    """The programme with this slug, if the archive has it."""
    return session.exec(select(Programme).where(Programme.slug == slug)).first()


def ids_of(session: Session, slugs: Collection[str]) -> dict[str, int]:
    """The ids of the programmes with these slugs."""
    query = select(Programme.slug, Programme.id).where(col(Programme.slug).in_(slugs))
    return {slug: key for slug, key in session.exec(query) if key is not None}


def list_programmes(session: Session, slugs: Sequence[str] | None = None) -> list[ProgrammeCard]:
    """All programmes, or those with these slugs; those that the most articles name first."""
    count = func.count(func.distinct(Mention.article_id))
    query = (
        select(Programme, count)
        .join(Mention, isouter=True)
        .group_by(col(Programme.id))
        .order_by(count.desc(), col(Programme.name))
    )
    if slugs is not None:
        query = query.where(col(Programme.slug).in_(slugs))
    return [_card(programme, number) for programme, number in session.exec(query)]


def programmes_of_articles(session: Session, ids: Sequence[int]) -> dict[int, list[ProgrammeCard]]:
    """The programmes that each of these articles names, in the order of their first mention.

    ``article_count`` is 0 in these cards: nobody asks for it there.
    """
    found: dict[int, list[ProgrammeCard]] = {}
    for row in session.execute(_OF_ARTICLES, {"ids": ids}):
        found.setdefault(row.article_id, []).append(_card(row, 0))
    return found


def mentions_of(session: Session, slug: str, ids: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """Where each of these articles names the programme, in the order of its text."""
    query = (
        select(Mention.article_id, Mention.start, Mention.end)
        .join(Programme)
        .where(Programme.slug == slug, col(Mention.article_id).in_(ids))
        .order_by(col(Mention.article_id), col(Mention.start), col(Mention.id))
    )
    found: dict[int, list[tuple[int, int]]] = {}
    for article_id, start, end in session.exec(query):
        found.setdefault(article_id, []).append((start, end))
    return found


def mentions_of_articles(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[str, int, int]]]:
    """Where each of these articles names which programme, in the order of its text."""
    query = (
        select(Mention.article_id, Programme.slug, Mention.start, Mention.end)
        .join(Programme)
        .where(col(Mention.article_id).in_(ids))
        .order_by(col(Mention.article_id), col(Mention.start), col(Mention.id))
    )
    found: dict[int, list[tuple[str, int, int]]] = {}
    for article_id, slug, start, end in session.exec(query):
        found.setdefault(article_id, []).append((slug, start, end))
    return found


def read_programme_card(session: Session, slug: str) -> ProgrammeCard | None:
    """The card of one programme, if the archive has it."""
    return next(iter(list_programmes(session, [slug])), None)


def read_programme(session: Session, slug: str) -> ProgrammeCard:
    """The card of one programme. Raises NotFoundError."""
    card = read_programme_card(session, slug)
    if card is None:
        raise NotFoundError("programme", slug)
    return card


def article_ids_of(session: Session, slug: str, *, offset: int, limit: int) -> list[int]:
    """The articles that name the programme, newest first, undated ones last."""
    query = (
        select(col(Article.id))
        .where(col(Article.id).in_(_naming(slug)))
        .order_by(col(Article.published).desc().nulls_last(), col(Article.id).desc())
        .offset(offset)
        .limit(limit)
    )
    return [article_id for article_id in session.exec(query) if article_id is not None]


def articles_by_month(session: Session, slug: str) -> tuple[dict[str, int], int, int]:
    """How many articles name the programme by month ("2025-03"), in a year only, and undated."""
    month = func.substr(Article.published, 1, 7)
    query = select(month, func.count()).where(col(Article.id).in_(_naming(slug))).group_by(month)
    counts = dict(session.exec(query).all())
    undated = counts.pop(None, 0)
    months = {when: count for when, count in counts.items() if len(when) == len("2025-03")}
    return months, sum(counts.values()) - sum(months.values()), undated


def speakers_on(session: Session, slug: str) -> list[tuple[PersonRef, int]]:
    """The people with quotations that name the programme, each with the number, the most first."""
    count = func.count(func.distinct(Quote.id))
    query = (
        select(Person, count)
        .join(QuoteSpeaker, col(QuoteSpeaker.person_id) == Person.id)
        .join(Quote, col(Quote.id) == QuoteSpeaker.quote_id)
        .join(QuoteProgramme, col(QuoteProgramme.quote_id) == Quote.id)
        .join(Programme, col(Programme.id) == QuoteProgramme.programme_id)
        .where(Programme.slug == slug, SHOWN, Quote.kind != "indirect")
        .group_by(col(Person.id))
        .order_by(count.desc(), col(Person.sort_name), col(Person.slug))
    )
    return [
        (PersonRef(person.slug, person.name, person.side), number) for person, number in session.exec(query)
    ]


def replace_quote_programmes(
    session: Session, rows: Sequence[Mapping[str, Any]], old: Collection[int]
) -> None:
    """Put down which programmes quotations name, in the place of older rows of the articles in ``old``."""
    if old:
        own = select(Quote.id).where(col(Quote.article_id).in_(old))
        session.exec(delete(QuoteProgramme).where(col(QuoteProgramme.quote_id).in_(own)))
    insert_rows(session, QuoteProgramme, rows)


def spans_of_articles(session: Session, ids: Collection[int]) -> dict[int, list[tuple[int, int, int]]]:
    """Where articles name programmes, in order: start, end and the programme's id."""
    columns = select(Mention.article_id, Mention.start, Mention.end, Mention.programme_id)
    query = columns.where(col(Mention.article_id).in_(ids))
    found: dict[int, list[tuple[int, int, int]]] = {}
    for article_id, start, end, programme_id in session.exec(
        query.order_by(col(Mention.start), col(Mention.id))
    ):
        found.setdefault(article_id, []).append((start, end, programme_id))
    return found


def _naming(slug: str) -> SelectOfScalar[int]:
    return select(Mention.article_id).join(Programme).where(Programme.slug == slug)


_PROGRAMME: tuple[Any, ...] = (
    Mention.article_id,
    Programme.slug,
    Programme.name,
    Programme.acronym,
    Programme.description,
)
_OF_ARTICLES = (
    select_columns(*_PROGRAMME)
    .join_from(Mention, Programme)
    .where(col(Mention.article_id).in_(bindparam("ids", expanding=True)))
    .group_by(col(Mention.article_id), col(Programme.id))
    .order_by(col(Mention.article_id), func.min(Mention.start), col(Programme.id))
)


def _card(programme: Programme | Row[Any], article_count: int) -> ProgrammeCard:
    return ProgrammeCard(
        programme.slug, programme.name, programme.acronym, programme.description, article_count
    )
