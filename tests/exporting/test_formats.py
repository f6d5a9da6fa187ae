"""Each format is read back by a program that did not write it, whatever words the rows have."""

from __future__ import annotations

import csv
import io
import json
import warnings
from collections.abc import Iterable

import pytest
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string

from app.exporting.bibtex import write_bibtex
from app.exporting.csl import write_csl
from app.exporting.json_text import write_json, write_json_lines
from app.exporting.plain_values import one_line
from app.exporting.ris import write_ris
from app.exporting.rows import ArticleRow, PersonRow, QuotationRow, Row
from app.exporting.spreadsheet import columns_of, write_csv
from tests.exporting.made_rows import article, quotation, speaker

HOSTILE = [
    "a title\nTY  - JOUR\nER  - ",
    '=HYPERLINK("http://example.org","x")',
    "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "|x", "%0A", "\t=1+1", "\r\n=1+1",
    "a}, title = {b", "{", "}", "\\input{x}", "50 % & more #1 _x_ $5 ^ ~", 'he said "no"',
    "Šefčovič – „Nein“ 🇬🇧", "nul\x00 bell\x07 escape\x1b", "\u2028line\u2029ends\x85", "\ud800", "", " ",
    "</script><script>", "]]>", "a;b,c\td",
]  # fmt: skip
texts = st.one_of(st.sampled_from(HOSTILE), st.text())


def written(pieces: Iterable[bytes]) -> str:
    return b"".join(pieces).decode("utf-8")


def read_csv(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@given(st.lists(texts, min_size=1, max_size=3))
def test_a_table_has_a_line_a_row_and_no_cell_is_a_formula(words: list[str]) -> None:
    """Nothing in a cell can begin a row, and none begins as a formula does."""
    rows: list[Row] = [
        quotation(words=word, article_title=word, speakers=(speaker(name=word), speaker())) for word in words
    ]
    head, *lines = read_csv(written(write_csv(QuotationRow, rows)))
    assert head == columns_of(QuotationRow)
    assert [len(line) for line in lines] == [len(head)] * len(words)
    for line, word in zip(lines, words, strict=True):
        cell = line[head.index("words")]
        assert cell.lstrip("'").replace("\\|", "|") == one_line(word).lstrip("'").replace("\\|", "|")
        assert all(not c.startswith(("=", "+", "-", "@", "\t", "\r")) for c in line)


def test_the_speakers_of_a_quotation_fill_columns_of_their_own() -> None:
    rows: list[Row] = [quotation(speakers=(speaker(), speaker(name="John Other", person=None, side="eu")))]
    head, line = read_csv(written(write_csv(QuotationRow, rows)))
    told = dict(zip(head, line, strict=True))
    assert told["speaker_name"] == "Jane Example; John Other"
    assert told["speaker_person"] == "jane-example; "[:-1]
    assert told["speaker_side"] == "uk; eu"
    assert told["speaker_office_then"] == ""


def test_an_undated_row_says_so_in_every_format() -> None:
    """No date is made up: the table names the basis, references leave the date out and note why."""
    row = article(published=None, date_precision=None, date_basis="undated")
    head, line = read_csv(written(write_csv(ArticleRow, [row])))
    told = dict(zip(head, line, strict=True))
    assert (told["published"], told["date_basis"]) == ("", "undated")
    ris = written(write_ris([row]))
    assert "PY  -" not in ris
    assert "DA  -" not in ris
    assert "Undated" in ris
    assert (
        "year" not in parse_string(written(write_bibtex([row])), "bibtex").entries["euukda-article-7"].fields
    )
    (item,) = json.loads(written(write_csl([row])))
    assert "issued" not in item


def test_an_inferred_date_is_told_to_be_inferred() -> None:
    ris = written(write_ris([quotation()]))
    assert "DA  - 2025/03//" in ris
    assert "Date inferred from the text: “on 3 March 2025”" in ris
    (item,) = json.loads(written(write_csl([quotation()])))
    assert item["issued"] == {"date-parts": [[2025, 3]], "circa": True}


@given(st.lists(texts, min_size=1, max_size=3))
def test_no_title_forges_a_ris_record(titles: list[str]) -> None:
    rows = [article(id=i, title=t, outlet=t, author=t, url=t) for i, t in enumerate(titles)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        records = rispy.loads(written(write_ris(rows)))
    assert [record["id"] for record in records] == [f"euukda-article-{i}" for i in range(len(titles))]
    assert all(record["type_of_reference"] == "NEWS" for record in records)
    assert [record.get("title", "") for record in records] == [one_line(title) for title in titles]


@given(st.lists(texts, min_size=1, max_size=3))
def test_no_title_forges_a_bibtex_entry(titles: list[str]) -> None:
    rows = [article(id=i, title=t, outlet=t, author=t, url=t) for i, t in enumerate(titles)]
    entries = parse_string(written(write_bibtex(rows)), "bibtex").entries
    assert list(entries) == [f"euukda-article-{i}" for i in range(len(titles))]
    allowed = {"title", "journal", "year", "month", "day", "date", "language", "url", "note"}
    assert all(set(entry.fields) - {"author"} <= allowed for entry in entries.values())


def test_bibtex_has_letters_as_they_are_and_commands_escaped() -> None:
    text = written(write_bibtex([article(title="Šefčovič: 50 % & {more} for €1 \\ $2")]))
    assert (
        r"Šefčovič: 50 \% \& \textbraceleft{}more\textbraceright{} for €1 \textbackslash{} \textdollar{}2"
        in text
    )


# No database holds half of a surrogate pair.
@given(st.lists(texts.filter(lambda text: "\ud800" not in text), min_size=1, max_size=3))
def test_json_and_its_lines_hold_the_same_rows(words: list[str]) -> None:
    rows: list[Row] = [quotation(words=word) for word in words]
    document = json.loads(written(write_json({"query": words[0]}, "quotations", rows)))
    lines = [json.loads(line) for line in written(write_json_lines(rows)).split("\n") if line]
    assert document["quotations"] == lines
    assert [line["id"] for line in lines] == [3] * len(words)


def test_an_export_without_rows_is_well_formed() -> None:
    assert json.loads(written(write_json({"total": 0}, "people", []))) == {"total": 0, "people": []}
    assert json.loads(written(write_csl([]))) == []
    assert read_csv(written(write_csv(PersonRow, []))) == [columns_of(PersonRow)]
    assert written(write_ris([])) == written(write_bibtex([])) == ""


@pytest.mark.parametrize("title", HOSTILE)
def test_a_citation_processor_reads_the_csl(title: str) -> None:
    """A bibliography is made a bibliography of it, so pandoc and Zotero have what they need."""
    items = json.loads(written(write_csl([article(title=title or "Untitled"), quotation()])))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells of fields it does not use
        source = CiteProcJSON(items)
        style = CitationStylesStyle("harvard-cite-them-right", validate=False)
        bibliography = CitationStylesBibliography(style, source, formatter.plain)
        for item in items:
            bibliography.register(Citation([CitationItem(item["id"])]))
        made = [str(entry) for entry in bibliography.bibliography()]
    assert len(made) == 2
    assert "Example Post" in made[0]
