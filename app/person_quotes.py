"""What a person's page, files and feed hold: their quotations, with printings of the same words once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from app.archive import Archive
from app.results import SearchRequest, SearchResults
from app.search import row_keys, search
from app.store.printings import members_of


@dataclass(frozen=True, slots=True)
class PersonQuotes:
    """A person's quotations by their ids, in order.

    ``found`` has the facets and filters, without hits; its numbers count each printing.
    """

    ids: Sequence[int]
    found: SearchResults


def quotes_of_person(archive: Archive, request: SearchRequest) -> PersonQuotes:
    """The quotations that ``request`` finds, all of one person. Raises IndexUnavailableError.

    Of printings of the same words one is kept: the one that stands for them, else the first that is found,
    as a filter may leave that one out.
    """
    request = replace(request, offset=0, limit=0)
    ids = [int(key) for key, _ in row_keys(archive, request)]
    with Session(archive.read_engine) as session:
        leads = members_of(session, ids)
    return PersonQuotes(_once(ids, leads), search(archive, request))


def _once(ids: Sequence[int], leads: dict[int, int]) -> list[int]:
    """Each id but those whose words stand there already.

    >>> _once([9, 7, 5, 3], {9: 7, 7: 7, 5: 1, 3: 1})
    [7, 5]
    """
    found, kept = set(ids), dict[int, int]()
    for one in ids:
        lead = leads.get(one, one)
        kept.setdefault(lead, lead if lead in found else one)
    shown = set(kept.values())
    return [one for one in ids if one in shown]
