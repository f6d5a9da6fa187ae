"""What editors decided: put down row by row, what of it is in force, and the log that everybody can read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.dates import PartialDate
from app.display import DisplayMode
from app.errors import CorrectionError, NotFoundError
from app.store.articles import title_of
from app.store.models import Article, Correction, Person, Quote, as_utc
from app.store.withdrawals import WITHDRAWAL, in_force, is_withdrawn


class Kind(StrEnum):
    """What of an article, a quotation or a person is decided."""

    ATTRIBUTION = "attribution"
    CONFIRMATION = "confirmation"
    DATE = "date"
    TITLE = "title"
    OUTLET = "outlet"
    WITHDRAWAL = WITHDRAWAL
    MERGER = "merger"
    SPLIT = "split"


_LONGEST = 1_000  # characters of a reason or a name
_UNTOLD = "not told, since the article may not be shown"

# What is said of a kind of correction that was made; of the others that it was corrected.
_DONE = {
    Kind.CONFIRMATION: "given",
    Kind.WITHDRAWAL: "made",
    Kind.MERGER: "made",
    Kind.SPLIT: "made",
}


@dataclass(frozen=True, slots=True)
class DecidedSpeaker:
    """Whom an editor gives words to: a person by slug, or by ``name`` alone one who has no page.

    ``kind`` is that of speakers: "person", "unnamed" and so on.
    """

    kind: str
    person: str | None
    name: str | None

    def as_json(self) -> dict[str, str | None]:
        """As a correction keeps it."""
        return {"kind": self.kind, "person": self.person, "name": self.name}


@dataclass(frozen=True, slots=True)
class QuoteDecision:
    """What is decided on a quotation: all its speakers, or whom a split puts in the place of ``instead_of``.

    ``reason`` and ``made_on`` are told to readers.
    """

    speakers: tuple[DecidedSpeaker, ...]
    instead_of: str | None
    reason: str
    made_on: date

    @property
    def is_split(self) -> bool:
        """Whether only one speaker is replaced, and the others are left to what is found."""
        return self.instead_of is not None


@dataclass(frozen=True, slots=True)
class By:
    """Who decides, under the name that the public log tells, and why."""

    editor: str
    reason: str

    def __post_init__(self) -> None:
        if not self.editor.strip():
            raise CorrectionError("a correction needs the name of an editor")
        if not self.reason.strip():
            raise CorrectionError("a correction needs a reason: readers see it in the log")
        for name in ("editor", "reason"):
            line = " ".join(getattr(self, name).split())
            if len(line) > _LONGEST or not line.isprintable():
                raise CorrectionError(f"the {name} must be plain text of at most {_LONGEST} characters")
            object.__setattr__(self, name, line)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A correction as the log tells it.

    ``subject`` names what it is on, ``path`` leads there. ``before`` and ``after`` are the values in words,
    None where they may not be told. ``undone_by`` and ``undoes`` are the ids of other entries.
    """

    id: int
    kind: Kind
    subject: str
    path: str
    before: str | None
    after: str | None
    reason: str
    editor: str
    made_at: datetime
    undoes: int | None
    undone_by: int | None

    @property
    def title(self) -> str:
        """What was corrected of what, in a line."""
        done = "undone" if self.undoes else _DONE.get(self.kind, "corrected")
        return f"{self.kind.capitalize()} {done}: {self.subject}"

    @property
    def summary(self) -> str:
        """What held before, what holds now, and why, in a line."""
        if self.before is None or self.after is None:
            return "This cannot be told any more."
        return f"{self.before} → {self.after}: {self.reason}"

    @property
    def log_path(self) -> str:
        """The address of the entry."""
        return f"/corrections/{self.id}"

    @property
    def is_in_force(self) -> bool:
        """Whether it can be undone: it is no undoing itself, and nobody has undone it."""
        return self.undoes is None and self.undone_by is None


def add(
    session: Session,
    kind: Kind,
    by: By,
    *,
    before: Any = None,
    after: Any = None,
    article_id: int | None = None,
    quote_id: int | None = None,
    person_id: int | None = None,
    other_person_id: int | None = None,
) -> int:
    """Put down a correction; its id."""
    row = Correction(
        kind=kind,
        article_id=article_id,
        quote_id=quote_id,
        person_id=person_id,
        other_person_id=other_person_id,
        before=before,
        after=after,
        reason=by.reason,
        editor=by.editor,
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    return row.id


def add_undoing(session: Session, correction_id: int, by: By) -> tuple[Correction, Correction]:
    """Put down that a correction holds no more; that correction, and the row that says so.

    Raises NotFoundError and CorrectionError.
    """
    row = session.get(Correction, correction_id)
    if row is None:
        raise NotFoundError("correction", str(correction_id))
    if row.undoes_id is not None:
        raise CorrectionError(f"correction {row.id} undoes another: make that one again instead")
    if session.exec(select(Correction.id).where(Correction.undoes_id == row.id)).first() is not None:
        raise CorrectionError(f"correction {row.id} is undone already")
    undoing = Correction(
        kind=row.kind,
        article_id=row.article_id,
        quote_id=row.quote_id,
        person_id=row.person_id,
        other_person_id=row.other_person_id,
        before=row.after,
        after=row.before,
        reason=by.reason,
        editor=by.editor,
        undoes_id=row.id,
    )
    session.add(undoing)
    session.flush()
    return row, undoing


def values_of_article(session: Session, article_id: int) -> dict[Kind, Any]:
    """The title, date and outlet that editors decided, where they did; the newest of each holds."""
    kinds = (Kind.TITLE, Kind.DATE, Kind.OUTLET)
    query = select(Correction).where(Correction.article_id == article_id, col(Correction.kind).in_(kinds))
    rows = session.exec(query.where(in_force(Correction)).order_by(col(Correction.id)))
    return {Kind(row.kind): row.after for row in rows}


def decisions_on_quotes(session: Session, article_id: int) -> dict[int, list[QuoteDecision]]:
    """What was decided on an article's quotations, the oldest first."""
    on_quotes = (Kind.ATTRIBUTION, Kind.CONFIRMATION)
    own = and_(col(Correction.article_id) == article_id, col(Correction.kind).in_(on_quotes))
    query = select(Correction).where(or_(own, col(Correction.kind) == Kind.SPLIT), in_force(Correction))
    found: dict[int, list[QuoteDecision]] = {}
    for row in session.exec(query.order_by(col(Correction.id))):
        if row.kind == Kind.SPLIT:
            parted = DecidedSpeaker("person", row.after["person"], None)
            decision = QuoteDecision((parted,), row.before["person"], row.reason, as_utc(row.made_at).date())
            for quote_id in row.after["quotations"]:
                found.setdefault(quote_id, []).append(decision)
        elif row.quote_id is not None:
            speakers = tuple(DecidedSpeaker(**one) for one in row.after)
            decision = QuoteDecision(speakers, None, row.reason, as_utc(row.made_at).date())
            found.setdefault(row.quote_id, []).append(decision)
    return found


def moves_of_people(session: Session) -> dict[int, int]:
    """Whom each person's address leads on to, by their ids: mergers, and splits that were taken back.

    A person whom only a split made, and whom nothing else names, is the one again who was split.
    """
    query = select(Correction).where(Correction.kind == Kind.MERGER, in_force(Correction))
    rows = session.exec(query.order_by(col(Correction.id))).all()
    moves = {row.person_id: row.other_person_id for row in rows}
    named = aliased(Correction)
    still_named = select(named.other_person_id).where(
        col(named.other_person_id).is_not(None), in_force(named), col(named.kind) != Kind.MERGER
    )
    split_back = (
        select(Correction)
        .join(Person, col(Person.id) == Correction.other_person_id)
        .where(
            Correction.kind == Kind.SPLIT,
            col(Correction.undoes_id).is_(None),
            ~in_force(Correction),
            Person.origin == "editor",
            col(Correction.other_person_id).not_in(still_named),
        )
    )
    for row in session.exec(split_back):
        moves.setdefault(row.other_person_id, row.person_id)
    return {one: other for one, other in moves.items() if one is not None and other is not None}


def checked_on(session: Session, quote_ids: Sequence[int]) -> dict[int, date]:
    """When editors last settled or confirmed the speakers of these quotations, for those where they did."""
    rows = session.execute(_CHECKED, {"ids": quote_ids})
    return {row.quote_id: as_utc(row.made_at).date() for row in rows}


_CHECKED = (
    select_columns(col(Correction.quote_id), col(Correction.made_at))
    .where(
        col(Correction.quote_id).in_(bindparam("ids", expanding=True)),
        col(Correction.kind).in_((Kind.ATTRIBUTION, Kind.CONFIRMATION)),
        in_force(Correction),
    )
    .order_by(col(Correction.id))
)


def read_correction(session: Session, correction_id: int) -> LogEntry:
    """One entry of the log. Raises NotFoundError."""
    row = session.get(Correction, correction_id)
    if row is None:
        raise NotFoundError("correction", str(correction_id))
    return _entries(session, [row])[0]


def list_corrections(session: Session, *, offset: int, limit: int) -> list[LogEntry]:
    """The log, the newest entry first."""
    query = select(Correction).order_by(col(Correction.id).desc()).offset(offset).limit(limit)
    return _entries(session, session.exec(query).all())


def count_corrections(session: Session) -> int:
    """How many entries the log has."""
    return session.exec(select(func.count()).select_from(Correction)).one()


def corrections_of_article(session: Session, article_id: int) -> list[LogEntry]:
    """What was decided on an article and its quotations and holds, the newest first."""
    return _select_entries(session, Correction.article_id == article_id)


def corrections_of_quote(session: Session, quote_id: int) -> list[LogEntry]:
    """What was decided on a quotation and holds, the newest first."""
    return _select_entries(session, Correction.quote_id == quote_id)


def corrections_of_person(session: Session, person_id: int) -> list[LogEntry]:
    """The mergers and splits of a person that hold, the newest first."""
    kinds = col(Correction.kind).in_((Kind.MERGER, Kind.SPLIT))
    involved = or_(col(Correction.person_id) == person_id, col(Correction.other_person_id) == person_id)
    return _select_entries(session, kinds, involved)


def _select_entries(session: Session, *conditions: ColumnElement[bool] | bool) -> list[LogEntry]:
    query = select(Correction).where(*conditions, in_force(Correction)).order_by(col(Correction.id).desc())
    return _entries(session, session.exec(query).all())


def _entries(session: Session, rows: Iterable[Correction]) -> list[LogEntry]:
    rows = list(rows)
    ids = [row.id for row in rows]
    undone = dict(
        session.exec(
            select(Correction.undoes_id, Correction.id).where(col(Correction.undoes_id).in_(ids))
        ).all()
    )
    return [_entry(session, row, undone.get(row.id)) for row in rows]


def _entry(session: Session, row: Correction, undone_by: int | None) -> LogEntry:
    assert row.id is not None
    kind = Kind(row.kind)
    subject, path, may_tell = _subject(session, row)
    return LogEntry(
        id=row.id,
        kind=kind,
        subject=subject,
        path=path,
        before=_told(session, kind, row.before) if may_tell else None,
        after=_told(session, kind, row.after) if may_tell else None,
        reason=row.reason if may_tell else _UNTOLD,
        editor=row.editor,
        made_at=as_utc(row.made_at),
        undoes=row.undoes_id,
        undone_by=undone_by,
    )


def _subject(session: Session, row: Correction) -> tuple[str, str, bool]:
    """What a correction is on, its address, and whether its values may be told.

    Of an article that is withdrawn nothing is told but its number, and of one whose words may not be shown
    nothing of its quotations.
    """
    if row.article_id is None:
        person = session.get_one(Person, row.person_id)
        return person.name, f"/people/{person.slug}", True
    article = session.get_one(Article, row.article_id)
    if is_withdrawn(session, row.article_id):
        return f"Article {article.id}", f"/articles/{article.id}", row.kind == Kind.WITHDRAWAL
    title = f"“{title_of(article)}”"
    if row.quote_id is None:
        return title, f"/articles/{article.id}-{article.slug}", True
    quote = session.get_one(Quote, row.quote_id)
    is_shown = article.display != DisplayMode.METADATA
    return f"Quotation {quote.number} of {title}", f"/quotes/{quote.id}", is_shown


_NOTHING_TOLD = {
    Kind.CONFIRMATION: "not confirmed",
    Kind.DATE: "undated",
    Kind.TITLE: "untitled",
    Kind.OUTLET: "not stated",
    Kind.WITHDRAWAL: "in the archive",
}


def _told(session: Session, kind: Kind, value: Any) -> str:
    """A value in words."""
    if value is None:
        return _NOTHING_TOLD[kind]
    match kind:
        case Kind.ATTRIBUTION | Kind.CONFIRMATION:
            return " and ".join(_speaker_told(session, one) for one in value) or "nobody"
        case Kind.DATE:
            return PartialDate.parse(value).text()
        case Kind.MERGER | Kind.SPLIT:
            count = len(value.get("quotations", ()))
            noun = "quotation" if count == 1 else "quotations"
            return f"{value['name']}, with {count} {noun}" if count else str(value["name"])
    return "withdrawn" if kind is Kind.WITHDRAWAL else str(value)


def _speaker_told(session: Session, speaker: dict[str, str | None]) -> str:
    if speaker["person"] is None:
        return speaker["name"] or "unnamed"
    name = session.exec(select(Person.name).where(Person.slug == speaker["person"])).first()
    return name or speaker["person"]
