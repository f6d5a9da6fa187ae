"""Programmes: the register's, with the articles that name them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.store.models import Mention, Programme


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


def list_programmes(session: Session) -> list[ProgrammeCard]:
    """All programmes, those that the most articles name first."""
    count = func.count(func.distinct(Mention.article_id))
    query = (
        select(Programme, count)
        .join(Mention, isouter=True)
        .group_by(col(Programme.id))
        .order_by(count.desc(), col(Programme.name))
    )
    return [_card(programme, number) for programme, number in session.exec(query)]


def programmes_of_articles(session: Session, ids: Sequence[int]) -> dict[int, list[ProgrammeCard]]:
    """The programmes that each of these articles names, in the order of their first mention.

    ``article_count`` is 0 in these cards: nobody asks for it there.
    """
    query = (
        select(Mention.article_id, Programme)
        .join(Programme)
        .where(col(Mention.article_id).in_(ids))
        .group_by(col(Mention.article_id), col(Programme.id))
        .order_by(col(Mention.article_id), func.min(Mention.start))
    )
    found: dict[int, list[ProgrammeCard]] = {}
    for article_id, programme in session.exec(query):
        found.setdefault(article_id, []).append(_card(programme, 0))
    return found


def mentions_of(session: Session, slug: str, ids: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """Where each of these articles names the programme, in the order of its text."""
    query = (
        select(Mention.article_id, Mention.start, Mention.end)
        .join(Programme)
        .where(Programme.slug == slug, col(Mention.article_id).in_(ids))
        .order_by(col(Mention.article_id), col(Mention.start))
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
        .order_by(col(Mention.article_id), col(Mention.start))
    )
    found: dict[int, list[tuple[str, int, int]]] = {}
    for article_id, slug, start, end in session.exec(query):
        found.setdefault(article_id, []).append((slug, start, end))
    return found


def read_programme_card(session: Session, slug: str) -> ProgrammeCard | None:
    """The card of one programme, if the archive has it."""
    return next((card for card in list_programmes(session) if card.slug == slug), None)


def _card(programme: Programme, article_count: int) -> ProgrammeCard:
    return ProgrammeCard(
        programme.slug, programme.name, programme.acronym, programme.description, article_count
    )
