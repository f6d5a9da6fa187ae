"""The registers of people and programmes, brought into the archive."""

from __future__ import annotations

from sqlmodel import Session

from app.archive import Archive
from app.authority.offices import Office
from app.authority.register import PersonRecord
from app.folding import fold
from app.store import people, programmes


def sync_registers(archive: Archive, session: Session) -> None:
    """Make the archive's people and programmes what the registers say; unchanged ones are not touched."""
    for record in archive.people:
        people.save_person(session, _entry(record))
    for programme in archive.programmes:
        programmes.save_programme(
            session,
            programme.slug,
            name=programme.name,
            acronym=programme.acronym,
            kind=programme.kind,
            description=programme.description,
        )


def _entry(record: PersonRecord) -> people.PersonEntry:
    """A person of the register in the store's words."""
    return people.PersonEntry(
        slug=record.slug,
        name=record.name,
        sort_name=record.sort_name,
        side=record.side,
        origin="register",
        forms=tuple((form, fold(form)) for form in record.forms),
        offices=tuple(_office_row(office) for office in record.offices),
        identifiers=tuple({"scheme": one.scheme, "identifier": one.identifier} for one in record.identifiers),
    )


def _office_row(office: Office) -> people.OfficeRow:
    return people.OfficeRow(
        title=office.title,
        role=office.role,
        organisation=office.organisation,
        start=office.start.iso() if office.start else None,
        end=office.end.iso() if office.end else None,
        seen_on=office.seen_on.iso() if office.seen_on else None,
        source=office.source,
    )
