"""Markdown with a front matter: notes and exports of note keepers, one article each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from app.importers.cleaning import Removal
from app.importers.dating import date_of_text
from app.importers.draft import ArticleDraft, Found, SourceFile, UnknownField
from app.importers.fields import NAMES, FieldError, Fields, read_fields

_FRONT_MATTER = re.compile(
    r"\A\ufeff?---[ \t]*\r?\n(?P<stated>.*?\n|)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
# PyYAML needs quadratic time for open brackets: 5,000 of them took 8 seconds.
_LONGEST_FRONT_MATTER = 10_000
_MOST_BRACKETS = 200
_ADVICE = 'write it between two lines "---", a line "key: value" for each field, and put the text below'
_KEYS = frozenset(name for names in NAMES.values() for name in names)
# A line "# Title" at the top says again what the title is.
_HEADING = re.compile(r"\s*#[ \t]+(?P<title>[^\n]+?)[ \t]*#*[ \t\r]*(?:\n|\Z)")


class MarkdownImporter:
    """Reads Markdown files that begin with a front matter in YAML, in UTF-8.

    The fields are those of JSON (see ``fields``); the text is what stands below, as it is written there.
    Every value is read as text, so that "no" stays a language. Anchors and aliases are refused: that is how
    small files grow. A file without front matter, or with none of the fields, is a README and no article.
    """

    name = "Markdown"
    version = "1"
    suffixes = (".md", ".markdown")

    def read(self, source: SourceFile) -> Iterator[Found]:
        """The one article of the file, then the fields that are not known."""
        try:
            raw = source.content.decode("utf-8")
        except UnicodeDecodeError as exc:
            raise source.rejected(
                "it is not UTF-8 text", "save the file again with the encoding UTF-8"
            ) from exc
        match = _FRONT_MATTER.match(raw, 0)
        values = _parse(source, match["stated"]) if match else {}
        if match is None or not _KEYS & values.keys():
            raise source.not_an_article("it has no front matter that states an article", _ADVICE)
        try:
            fields = read_fields(values)
        except FieldError as exc:
            raise source.rejected(exc.reason, exc.advice) from exc
        yield _draft(source, raw, fields, match.end())
        yield from (UnknownField(name) for name in fields.unread)


def _parse(source: SourceFile, stated: str) -> dict[str, Any]:
    """The front matter's fields, names in lower case. Raises RejectedInputError."""
    if len(stated) > _LONGEST_FRONT_MATTER or stated.count("[") + stated.count("{") > _MOST_BRACKETS:
        raise source.rejected("its front matter is too long, or has too many brackets", _ADVICE)
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(stated, Loader=yaml.BaseLoader)):
            raise source.rejected("its front matter refers to itself (*alias)", "write each value out")
        # BaseLoader makes texts, lists and mappings of texts, and nothing else.
        values = yaml.load(stated, Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError, ValueError) as exc:
        fault = getattr(exc, "problem", None) or type(exc).__name__
        raise source.rejected(f"its front matter is no YAML ({fault})", _ADVICE) from exc
    if not isinstance(values, dict):
        return {}
    return {str(name).lower(): value for name, value in values.items()}


def _draft(source: SourceFile, raw: str, fields: Fields, start: int) -> ArticleDraft:
    taken = [Removal("front matter", 0, start, raw[:start])]
    heading = _HEADING.match(raw, start)
    title = fields.title
    if heading and title in {None, heading["title"]}:
        title = heading["title"]
        taken.append(Removal("title line", start, heading.end(), raw[start : heading.end()]))
    text, removals = source.cleaned(raw, taken)
    if not text:
        raise source.rejected("it has no text below its front matter", "put the text of the report there")
    return ArticleDraft(
        text=text,
        removals=removals,
        title=title,
        outlet=fields.outlet,
        author=fields.author,
        url=fields.url,
        published=fields.published or date_of_text(text),
        language=fields.language,
        licence=fields.licence,
        display=fields.display,
        based_on=fields.based_on,
    )
