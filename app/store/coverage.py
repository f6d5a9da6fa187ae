"""What the archive holds and what it lacks, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session, col

from app.dates import DateBasis, PartialDate
from app.errors import NotFoundError
from app.store.models import Article, Outlet
from app.store.withdrawals import PRESENT

_YEAR_CHARACTERS, _MONTH_CHARACTERS, _DAY_CHARACTERS = 4, 7, 10


@dataclass(frozen=True, slots=True)
class OutletCard:
    """An outlet as lists show it; ``slug`` is None for articles that state none.

    ``first`` and ``last`` are the dates of its oldest and newest article, None where none is dated.
    """

    slug: str | None
    name: str | None
    article_count: int
    quote_count: int
    undated_count: int
    first: PartialDate | None
    last: PartialDate | None

    @property
    def path(self) -> str | None:
        """The address of its page."""
        return f"/outlets/{self.slug}" if self.slug else None


@dataclass(frozen=True, slots=True)
class DatesKnown:
    """How exactly the dates of how many articles are known; ``inferred`` ones are among the others.

    ``by_month`` has articles by month, as ``YYYY-MM``; those whose month is not known are left out.
    """

    to_the_day: int
    to_the_month: int
    to_the_year: int
    inferred: int
    undated: int
    by_month: Mapping[str, int]


def list_outlets(session: Session, quote_counts: Mapping[str, int], unstated: int) -> list[OutletCard]:
    """Every outlet, the one with the most articles first; what states none comes last.

    ``quote_counts`` are the numbers of quotations by the outlet's slug, ``unstated`` those without an outlet.
    """
    cards = (
        _outlet_card(row, quote_counts.get(row.slug, 0) if row.slug else unstated)
        for row in session.execute(_OUTLETS)
    )
    return sorted(cards, key=lambda card: (card.slug is None, -card.article_count, card.name or ""))


def outlet_at(session: Session, slug: str, quote_count: int) -> OutletCard:
    """The outlet with this slug. Raises NotFoundError."""
    row = session.execute(_OUTLETS.where(col(Outlet.slug) == slug)).first()
    if row is None:
        raise NotFoundError("outlet", slug)
    return _outlet_card(row, quote_count)


def dates_known(session: Session) -> DatesKnown:
    """How exactly dates are known, and how many articles each month has."""
    month, length = func.substr(Article.published, 1, _MONTH_CHARACTERS), func.length(Article.published)
    query = select(month, length, func.count()).where(PRESENT).group_by(month, length)
    lengths: Counter[int | None] = Counter()
    by_month: Counter[str] = Counter()
    for when, characters, count in session.execute(query):
        lengths[characters] += count
        if characters is not None and characters >= _MONTH_CHARACTERS:
            by_month[when] += count
    inferred = select(func.count()).select_from(Article)
    inferred = inferred.where(col(Article.date_basis) == DateBasis.INFERRED, PRESENT)
    return DatesKnown(
        to_the_day=lengths[_DAY_CHARACTERS],
        to_the_month=lengths[_MONTH_CHARACTERS],
        to_the_year=lengths[_YEAR_CHARACTERS],
        inferred=session.execute(inferred).scalar_one(),
        undated=lengths[None],
        by_month=by_month,
    )


def count_stating(session: Session) -> tuple[int, int, int]:
    """How many articles there are, and how many of them state their language and their licence."""
    columns = (func.count(), func.count(col(Article.language)), func.count(col(Article.licence)))
    total, language, licence = session.execute(select(*columns).select_from(Article).where(PRESENT)).one()
    return total, language, licence


# Grouped by the article's own column, whose index has the dates too: no article is read.
_OUTLETS = (
    select(
        col(Outlet.slug),
        col(Outlet.name),
        func.count(),
        func.count() - func.count(col(Article.published)),
        func.min(Article.published),
        func.max(Article.published),
    )
    .select_from(Article)
    .join(Outlet, isouter=True)
    .where(PRESENT)
    .group_by(col(Article.outlet_id), col(Outlet.slug), col(Outlet.name))
)


def _outlet_card(row: Row[*tuple[Any, ...]], quote_count: int) -> OutletCard:
    slug, name, article_count, undated_count, first, last = row
    return OutletCard(slug, name, article_count, quote_count, undated_count, _date(first), _date(last))


def _date(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None
