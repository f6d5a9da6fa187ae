"""Markdown: what a front matter is, and what is none."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.errors import NoArticleError, RejectedInputError
from app.importers.cleaning import raw_offset
from app.importers.draft import ArticleDraft, SourceFile
from app.importers.markdown import MarkdownImporter
from tests.conftest import ROOT


def read(content: bytes | str) -> ArticleDraft:
    data = content.encode() if isinstance(content, str) else content
    draft, *_ = MarkdownImporter().read(SourceFile(Path("note.md"), data))
    assert isinstance(draft, ArticleDraft)
    return draft


@pytest.mark.parametrize(
    "path", sorted(ROOT.rglob("seeds/*.md")) + sorted(ROOT.glob("*.md")), ids=lambda path: path.name
)
def test_the_documents_of_this_project_are_no_articles(path: Path) -> None:
    with pytest.raises(NoArticleError, match="no front matter"):
        read(path.read_bytes())


@pytest.mark.parametrize(
    "content",
    ["text", "---\n\n---\ntext", "---\nlayout: page\n---\ntext", "---\n- a\n---\nb", "---\ntitle: a\ntext"],
)
def test_without_a_front_matter_that_states_an_article_it_is_none(content: str) -> None:
    with pytest.raises(NoArticleError):
        read(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("---\ntitle: [\n---\ntext", "no YAML"),
        ("---\ntitle: &a [x]\nb: *a\n---\ntext", "refers to itself"),
        ("---\ntitle: a\ndate: Friday\n---\ntext", "gives no date"),
        ("---\ntitle: a\n---\n \n", "no text below"),
        ("---\ntitle: !!python/object/apply:os.system [id]\n---\ntext", "no text"),
        (b"---\ntitle: \xff\n---\ntext", "UTF-8"),
        ("---\ntitle: " + "x" * 30_000 + "\n---\ntext", "too long"),
        ("---\ntitle: " + "[" * 9_000 + "\n---\ntext", "too many brackets"),
    ],
)
def test_a_front_matter_that_cannot_be_meant_is_refused(content: bytes | str, reason: str) -> None:
    before = time.process_time()
    with pytest.raises(RejectedInputError, match=reason):
        read(content)
    assert time.process_time() - before < 2


def test_the_removals_lead_back_to_the_file() -> None:
    raw = "---\r\ntitle: The pact\r\n---\r\n\r\n# The pact\r\n\r\nIt waits.\r\n"
    draft = read(raw)
    assert draft.text == "It waits."
    assert [raw[raw_offset(draft.removals, at)] for at in range(len(draft.text))] == list(draft.text)
