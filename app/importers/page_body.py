"""The paragraphs of the article on a page: what trafilatura finds, completed and freed of the site's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import trafilatura

from app.importers.page_metadata import PageMetadata
from app.importers.site_lines import announces_other_articles, is_site_line

# Other people's posts and captions stand inside articles and are no part of them.
_PRUNED = [
    f"//blockquote[contains(@class, '{embedded}')]"
    for embedded in ("twitter-tweet", "instagram-media", "tiktok-embed", "bluesky-embed")
] + ["//*[contains(@class, 'wp-caption') or contains(@class, 'screen-reader-text')]", "//figcaption"]
_LIST_MARK = re.compile(r"^(?:[-•*]|\d{1,2}\.)\s+")
_LINKED_SHARE = 0.9
_LONGEST_LINK_LINE = 250
_MOST_TAIL_SHARE = 0.4
_SIGNATURE_SHARE = 0.5
_KNOWN_BY = 40


def paragraphs_of(tree: Any, metadata: PageMetadata) -> list[str]:
    """The paragraphs of the article in their order; none if the page has no article.

    trafilatura finds the article; paragraphs that stand in the same kind of container as most of what it
    found are added, since it stops at the end of the first of several containers. Left out are the
    title, lines that are one link, and lines by which sites advertise themselves.
    """
    found = (
        trafilatura.extract(tree, include_comments=False, include_formatting=False, prune_xpath=_PRUNED) or ""
    )
    lines = [line.strip() for line in found.splitlines() if line.strip()]
    lines = _completed(lines, tree)
    lines = _without_tail(lines)
    lines = _without_site_lines(lines, tree)
    lines = [_LIST_MARK.sub("", line) for line in lines]
    lines = _without_titles(lines, metadata)
    return _with_standfirst(lines, tree, metadata) if lines else []


def _completed(lines: list[str], tree: Any) -> list[str]:
    """The lines with the paragraphs that stand in containers like theirs."""
    known = {_folded(line) for line in lines}
    paragraphs = [(node, " ".join(node.text_content().split())) for node in tree.iter("p")]
    paragraphs = [(node, text) for node, text in paragraphs if text]
    counted: Counter[tuple[str, str]] = Counter()
    for node, text in paragraphs:
        if _folded(text) in known:
            counted[_signature(node)] += len(text)
    if not counted:
        return lines
    (signature, size), *_ = counted.most_common(1)
    if not signature[1] or size < _SIGNATURE_SHARE * sum(map(len, lines)):
        return lines
    body = [text for node, text in paragraphs if _signature(node) == signature]
    return _merged(lines, body)


def _signature(node: Any) -> tuple[str, str]:
    parent = node.getparent()
    return (
        (parent.tag, parent.get("class") or "")
        if parent is not None and isinstance(parent.tag, str)
        else ("", "")
    )


def _merged(lines: list[str], body: Sequence[str]) -> list[str]:
    """The lines with those of ``body`` that are missing, each after the one that stands before it there.

    A line that is the beginning of a paragraph of ``body`` gives way to the whole of it.
    """
    keys = [_folded(line) for line in lines]
    position = {key: at for at, key in reversed(list(enumerate(keys)))}
    begins = {key[:_KNOWN_BY]: at for key, at in reversed(position.items()) if len(key) >= _KNOWN_BY}
    whole = "".join(keys)
    placed: list[list[str]] = [[] for _ in range(len(lines) + 1)]
    kept, at = list(lines), 0
    for text in body:
        key = _folded(text)
        begun = begins.get(key[:_KNOWN_BY])
        if key in position:
            at = position[key] + 1
        elif begun is not None and len(key) > len(keys[begun]):
            kept[begun], at = text, begun + 1
        elif key not in whole:
            placed[at].append(text)
    return [
        *placed[0],
        *(text for line, more in zip(kept, placed[1:], strict=True) for text in (line, *more)),
    ]


def _without_site_lines(lines: list[str], tree: Any) -> list[str]:
    links = _lines_that_are_links(tree)
    return [
        line
        for line in lines
        if not is_site_line(_LIST_MARK.sub("", line)) and _folded(_LIST_MARK.sub("", line)) not in links
    ]


def _lines_that_are_links(tree: Any) -> set[str]:
    """The text of paragraphs, items and headings that are links as a whole."""
    found = set()
    for node in tree.iter("p", "li", "h2", "h3", "h4", "div"):
        links = node.findall(".//a")
        if not links:
            continue
        text = node.text_content()
        if len(text) > _LONGEST_LINK_LINE:
            continue
        linked = sum(len(" ".join(link.text_content().split())) for link in links)
        if linked >= _LINKED_SHARE * max(1, len(" ".join(text.split()))):
            found.add(_folded(text))
    return found


def _without_tail(lines: list[str]) -> list[str]:
    """The lines up to a heading in the second half after which other articles are announced."""
    total = sum(map(len, lines))
    before = 0
    for at, line in enumerate(lines):
        if before > (1 - _MOST_TAIL_SHARE) * total and announces_other_articles(line):
            return lines[:at]
        before += len(line)
    return lines


def _without_titles(lines: list[str], metadata: PageMetadata) -> list[str]:
    titles = {_folded(title) for title in metadata.headlines()}
    return [line for at, line in enumerate(lines) if at > 2 or _folded(line) not in titles]  # noqa: PLR2004


def _with_standfirst(lines: list[str], tree: Any, metadata: PageMetadata) -> list[str]:
    """The lines with the page's description before them, where the page prints it as a line of its own."""
    whole = _folded("".join(lines))
    for text in metadata.description():
        key = _folded(text)
        if len(key) < 30 or key in whole:  # noqa: PLR2004
            continue
        for node in tree.iter("p", "h2", "h3", "div", "span"):
            if len(node) <= 2 and _folded(node.text_content()) == key:  # noqa: PLR2004
                return [" ".join(node.text_content().split()), *lines]
    return lines


def _folded(text: str) -> str:
    """The text by its letters and digits alone: readers of the same page differ in where they put blanks."""
    return re.sub(r"\W+", "", text).casefold()
