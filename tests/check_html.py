"""Measures what is read from real saved pages: ``check_html.py SHARED_DIR``.

``SHARED_DIR/html`` has pages with the paragraphs, titles and dates that people wrote down for them. They are
no part of this project, so that this runs only where they lie beside it. Body text is compared by runs of
four words and marks, as the article-extraction-benchmark does, with trafilatura's own settings in the same
run; a page has one right answer of several versions, the one that fits best. Fails below the goals.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import trafilatura

from app.importers.draft import ArticleDraft, SourceFile
from app.importers.web_page import WebPageImporter

SETTINGS: dict[str, dict[str, Any]] = {
    "trafilatura": {},
    "trafilatura, favor_precision": {"favor_precision": True},
    "trafilatura, favor_recall": {"favor_recall": True},
    "trafilatura, fast": {"fast": True},
}
WANTED_SHARE = 0.95
RUN_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Score:
    """How well a text fits: of its runs the share that is right, and of the right ones the share it has."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def runs(text: str) -> Counter[tuple[str, ...]]:
    """The runs of four words and marks, counted."""
    tokens = re.findall(r"\w+|[^\w\s]", text)
    return Counter(tuple(tokens[at : at + RUN_LENGTH]) for at in range(max(1, len(tokens) - RUN_LENGTH + 1)))


def score(text: str, right: str) -> Score:
    """How well ``text`` fits."""
    found, wanted = runs(text), runs(right)
    common = sum((found & wanted).values())
    return Score(common / sum(found.values()), common / sum(wanted.values()))


def right_text(version: dict[str, Any]) -> str:
    """All that was written down as the article's text: standfirst, headings, paragraphs."""
    body = version["body"]
    sections = [line for part in body["sections"] for line in (*part["headline"], *part["paragraphs"])]
    return "\n".join([*body["summary"], *sections])


def folded(text: str | None) -> str:
    """A title by its words alone."""
    return re.sub(r"\W+", " ", text or "").strip().casefold()


def measure(folder: Path) -> tuple[dict[str, list[Score]], list[str]]:
    """The scores by reader, and a line for each wrong date or title."""
    scores: dict[str, list[Score]] = {name: [] for name in (WebPageImporter.name, *SETTINGS)}
    wrong = []
    for entry in json.loads((folder / "manifest.json").read_text(encoding="utf-8")):
        content = gzip.decompress((folder / entry["file"]).read_bytes())
        versions = list(json.loads((folder / entry["gold"]).read_text(encoding="utf-8")).values())
        source = SourceFile(folder / entry["file"].removesuffix(".gz"), content)
        (draft,) = WebPageImporter().read(source)
        assert isinstance(draft, ArticleDraft)
        version = max(versions, key=lambda one: score(draft.text, right_text(one)).f1)
        scores[WebPageImporter.name].append(score(draft.text, right_text(version)))
        for name, options in SETTINGS.items():
            text = trafilatura.extract(content, include_comments=False, **options) or ""
            scores[name].append(score(text, right_text(version)))
        date = draft.published.date.iso() if draft.published else None
        if date != version["publishing_date"][:10]:
            wrong.append(f"date of {entry['file']}: {date}, not {version['publishing_date']}")
        if folded(draft.title) != folded(version["title"]):
            wrong.append(f"title of {entry['file']}: “{draft.title}”, not “{version['title']}”")
    return scores, wrong


def main() -> int:
    """Measure, report, compare with the goals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    scores, wrong = measure(parser.parse_args().shared / "html")
    f1 = {name: mean(one.f1 for one in found) for name, found in scores.items()}
    for name, found in scores.items():
        precision, recall = mean(one.precision for one in found), mean(one.recall for one in found)
        sys.stdout.write(f"{name:30} F1 {f1[name]:.4f}  precision {precision:.4f}  recall {recall:.4f}\n")
    count = len(scores[WebPageImporter.name])
    shares = {what: 1 - sum(line.startswith(what) for line in wrong) / count for what in ("date", "title")}
    sys.stdout.writelines(f"{what} right: {share:.1%} of {count} pages\n" for what, share in shares.items())
    sys.stdout.writelines(f"  {line}\n" for line in wrong)
    is_best = f1[WebPageImporter.name] == max(f1.values())
    return 0 if is_best and min(shares.values()) >= WANTED_SHARE else 1


if __name__ == "__main__":
    raise SystemExit(main())
