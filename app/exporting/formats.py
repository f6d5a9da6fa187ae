"""The formats that rows can be had in, by the ending of an address."""

from __future__ import annotations

from dataclasses import dataclass

_UTF8 = "; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Format:
    """A format. ``ending`` is that of its addresses, ``file_ending`` that of the saved file.

    ``is_citation`` is one for reference managers: it takes articles and quotations, people it does not.
    """

    ending: str
    label: str
    media_type: str
    file_ending: str
    is_citation: bool = False


FORMATS = {
    one.ending: one
    for one in (
        Format("csv", "CSV", "text/csv" + _UTF8, "csv"),
        Format("json", "JSON", "application/json", "json"),
        Format("jsonl", "JSON Lines", "application/jsonl" + _UTF8, "jsonl"),
        Format("ris", "RIS", "application/x-research-info-systems" + _UTF8, "ris", is_citation=True),
        Format("bib", "BibTeX", "application/x-bibtex" + _UTF8, "bib", is_citation=True),
        Format(
            "csl", "CSL-JSON", "application/vnd.citationstyles.csl+json", "csl.json", is_citation=True
        ),
    )
}  # fmt: skip
