"""What the archive holds and what it lacks, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from app.dates import PartialDate
from app.store.models import Article, Outlet, Quote, QuoteSpeaker
from app.store.quotes import SHOWN
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
class DateCounts:
    """How exactly the dates of how many articles are known; ``inferred`` ones are among the others."""

    to_the_day: int
    to_the_month: int
    to_the_year: int
    inferred: int
    undated: int


@dataclass(frozen=True, slots=True)
class Lacks:
    """How many articles lack what."""

    title: int
    outlet: int
    author: int
    address: int
    language: int
    licence: int
    quotations: int


@dataclass(frozen=True, slots=True)
class QuoteCounts:
    """Quotations in marks by what is known of their speakers, and reported speech.

    One with several speakers counts as linked if one of them is.
    """

    linked: int
    not_linked: int
    no_speaker: int
    reported: int


def list_outlets(session: Session) -> list[OutletCard]:
    """Every outlet, the one with the most articles first; what states none comes last."""
    quotes = (
        select(col(Quote.article_id), func.count().label("quotes"))
        .where(SHOWN, col(Quote.kind) != "indirect")
        .group_by(col(Quote.article_id))
        .subquery()
    )
    query = (
        select(
            col(Outlet.slug),
            col(Outlet.name),
            func.count(col(Article.id)),
            func.coalesce(func.sum(quotes.c.quotes), 0),
            func.count(col(Article.id)) - func.count(col(Article.published)),
            func.min(Article.published),
            func.max(Article.published),
        )
        .select_from(Article)
        .join(Outlet, isouter=True)
        .join(quotes, quotes.c.article_id == Article.id, isouter=True)
        .where(PRESENT)
        .group_by(col(Outlet.id))
        .order_by(col(Outlet.id).is_(None), func.count(col(Article.id)).desc(), col(Outlet.name))
    )
    return [
        OutletCard(slug, name, count, said, undated, _date(first), _date(last))
        for slug, name, count, said, undated, first, last in session.execute(query)
    ]


def count_dates(session: Session) -> DateCounts:
    """How exactly dates are known."""
    lengths: Mapping[int | None, int] = dict(
        session.execute(
            select(func.length(Article.published), func.count())
            .where(PRESENT)
            .group_by(func.length(Article.published))
        ).all()
    )
    inferred = select(func.count()).select_from(Article)
    inferred = inferred.where(col(Article.date_basis) == "inferred", PRESENT)
    return DateCounts(
        to_the_day=lengths.get(_DAY_CHARACTERS, 0),
        to_the_month=lengths.get(_MONTH_CHARACTERS, 0),
        to_the_year=lengths.get(_YEAR_CHARACTERS, 0),
        inferred=session.execute(inferred).scalar_one(),
        undated=lengths.get(None, 0),
    )


def count_lacks(session: Session) -> Lacks:
    """How many articles lack a title, an outlet and so on."""
    columns = (
        Article.title,
        Article.outlet_id,
        Article.author,
        Article.url,
        Article.language,
        Article.licence,
    )
    stated = [func.count(col(column)) for column in columns]  # of what is there
    quoted = select(col(Quote.article_id)).where(
        col(Quote.removed_at).is_(None), col(Quote.kind) != "indirect"
    )
    silent = select(func.count()).select_from(Article).where(col(Article.id).not_in(quoted), PRESENT)
    total, title, outlet, author, address, language, licence = session.execute(
        select(func.count(), *stated).select_from(Article).where(PRESENT)
    ).one()
    return Lacks(
        title=total - title,
        outlet=total - outlet,
        author=total - author,
        address=total - address,
        language=total - language,
        licence=total - licence,
        quotations=session.execute(silent).scalar_one(),
    )


def count_by_month(session: Session) -> dict[str, int]:
    """Articles by month, as ``YYYY-MM``; those whose month is not known are left out."""
    month = func.substr(Article.published, 1, _MONTH_CHARACTERS)
    query = (
        select(month, func.count())
        .select_from(Article)
        .where(func.length(Article.published) >= _MONTH_CHARACTERS, PRESENT)
        .group_by(month)
        .order_by(month)
    )
    return dict(session.execute(query).all())


def count_quotes(session: Session) -> QuoteCounts:
    """Quotations by what is known of their speakers."""
    speakers = (
        select(
            col(QuoteSpeaker.quote_id),
            func.count(col(QuoteSpeaker.person_id)).label("linked"),
        )
        .group_by(col(QuoteSpeaker.quote_id))
        .subquery()
    )
    what = case(
        (col(Quote.kind) == "indirect", "reported"),
        (speakers.c.linked.is_(None), "no_speaker"),
        (speakers.c.linked == 0, "not_linked"),
        else_="linked",
    )
    query = (
        select(what, func.count())
        .select_from(Quote)
        .join(speakers, speakers.c.quote_id == Quote.id, isouter=True)
        .where(SHOWN)
        .group_by(what)
    )
    counts = dict(session.execute(query).all())
    names = ("linked", "not_linked", "no_speaker", "reported")
    return QuoteCounts(**{name: counts.get(name, 0) for name in names})


def _date(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None
