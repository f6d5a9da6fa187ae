"""COinS: what a list shows, in the form in which Zotero offers to take several of it."""

from __future__ import annotations

from urllib.parse import urlencode

from app.dates import PartialDate


def coins(title: str, outlet: str | None, date: PartialDate | None, address: str) -> str:
    """An article as the ``title`` of a span of the class Z3988 (OpenURL, KEV, Dublin Core).

    >>> coins("A pact", None, PartialDate(2025, 3), "https://a.example/1")[-66:]
    'A+pact&rft.date=2025-03&rft.identifier=https%3A%2F%2Fa.example%2F1'
    """
    told = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft.type", "newspaperArticle"),
        ("rft.title", title),
        ("rft.source", outlet or ""),
        ("rft.date", date.iso() if date else ""),
        ("rft.identifier", address),
    ]
    return urlencode([(name, value) for name, value in told if value])
