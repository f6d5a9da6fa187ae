"""Sixty questions of readers over the seeds: the right article comes first."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from app.archive import Archive
from app.results import ArticleHit, SearchRequest
from app.search import search
from app.store.articles import read_article

_FLOOR = 0.95

# What is typed, and the beginning of the name of the one file that answers it.
NAMES = {
    "Catriona Mace": "2025-03-17-london-ready",
    "mace catriona": "2025-03-17-london-ready",
    "Sefcovic": "2026-starmer",
    "maroš šefčovič": "2026-starmer",
    "Stella Creasy": "2026-starmer",
    "rachel reeves": "2026-starmer",
    "Radakin": "2025-03-17-kallas",
    "Juknevičienė GDP arms Ukraine": "2025-03-11-aid",
    "jukneviciene Monnet": "2025-03-11-kubilius",
    "Siegfried Muresan preparedness": "2025-03-12-budget",
    "Mureşan multiannual": "2025-03-12-budget",
    "lena dupont": "2025-03-12-budget",
    "Billy Kelleher": "2025-03-11-irish",
    "speaker:kelly": "2025-03-11-irish",
    "Zoltan Tarr": "2025-03-11-aid",
    "pekka toveri": "2025-03-11-kubilius",
    "Groothuis": "2025-03-11-london-and-oslo",
    "Evin Incir": "2025-03-11-london-and-oslo",
    "Szlapka priorities": "2025-03-11-council",
    "assita kanko": "2025-03-11-how-far",
    "Patryk Jaki": "2025-03-11-frozen",
    "speaker:virkkunen cables": "2025-03-12-virkkunen",
    "Benedetta Scuderi": "2025-03-11-how-european",
    "dombrovskis": "2026-starmer",
}
PROGRAMMES = {
    "SAFE third country contracts": "2026-what-stands",
    "Security Action for Europe Beijing": "2026-what-stands",
    "programme:safe loans borrow": "2025-03-11-commission",
    "EDIP mandate": "2025-03-12-virkkunen",
    "European Defence Industry Programme negotiation mandate": "2025-03-12-virkkunen",
    "programme:edip joint procurement tank models": "2025-03-11-joint",
    "PESCO legal framework": "2025-03-11-council",
    "permanent structured cooperation": "2025-03-11-council",
    "ReArm escape clause cohesion": "2025-03-11-commission",
    "rearm broader energy disinformation": "2025-03-11-costa",
    "Article 122 objection": "2025-03-11-members",
    "Savings and Investment Union capital markets": "2025-03-12-budget",
}
SPELLINGS = {
    "london defence talks": "2025-03-17-kallas",
    "chief of the defence staff": "2025-03-17-kallas",
    "weaponization migration": "2025-03-12-virkkunen",
    "standardization tanks": "2025-03-11-joint",
    "armored vehicles artillery": "2025-03-11-kubilius",
    "signalled peacekeeping troops": "2025-03-17-kallas",
    "de-mining": "2025-03-11-irish",
    "cyberdefence OR cyber-defence brigade": "2025-03-11-how-european",
    "150bn fund failed": "2026-starmer",
    "UK-EU new era declaration": "2025-03-17-london-ready",
    "standard-ise OR obligatory procurement": "2025-03-11-joint",
    "satellite surveilance OR satellite": "2025-03-11-how-european",
}
PHRASES = {
    '"get off the fence"': "2025-03-11-irish",
    "“without defence is an illusion”": "2025-03-11-costa",
    '"London and Oslo"': "2025-03-11-london-and-oslo",
    '"hot air"': "2025-03-11-how-european",
    '"status quo"': "2025-03-17-london-ready",
    '"strategic necessity"': "2025-03-11-aid",
    '"extra mile"': "2025-03-11-commission",
    '"as long as it takes"': "2025-03-11-council",
    "„credible force“": "2025-03-11-frozen",
    '"bridges between civil and military"': "2025-03-11-joint",
    '"frozen assets"~1': "2025-03-11-frozen",
    '"unreasonable stance"': "2026-what-stands",
    "quote:fence": "2025-03-11-irish",
    "america NEAR/5 faith": "2025-03-11-how-far",
    "submar* cables": "2025-03-12-virkkunen",
}


def first_source(archive: Archive, typed: str) -> str:
    """The name of the file of the first article found; empty if there is none."""
    found = search(archive, SearchRequest(typed, date(2026, 5, 31)))
    hits = [hit for hit in found.hits if isinstance(hit, ArticleHit)]
    with Session(archive.engine) as session:
        return read_article(session, hits[0].card.id).source_name if hits else ""


def test_the_right_article_comes_first(seeded: Archive) -> None:
    questions = NAMES | PROGRAMMES | SPELLINGS | PHRASES
    assert len(questions) >= 60
    found = {typed: first_source(seeded, typed) for typed in questions}
    wrong = {typed: name for typed, name in found.items() if not name.startswith(questions[typed])}
    assert len(wrong) <= (1 - _FLOOR) * len(questions), wrong
