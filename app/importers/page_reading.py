"""One saved page, read: the job that ``web_page`` hands to the bounded child."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import lxml.etree

from app.importers.bounded import RefusedByChildError
from app.importers.decoding import decode_page
from app.importers.marked_up import parse_page, refuse_monsters
from app.importers.mending import mend
from app.importers.page_body import paragraphs_of
from app.importers.page_metadata import PageMetadata

_FEWEST_WORDS = 8
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def read_page(content: bytes, hints: Mapping[str, str | None]) -> dict[str, Any]:
    """What the page states and holds, as JSON can hold it. Raises RefusedByChildError.

    ``hints`` are the address (``url``) and the encoding (``charset``) that a server named. Nothing of the
    page is run: scripts are text here, and of them only JSON-LD is read.
    """
    text = mend(_CONTROL.sub("", decode_page(content, hints.get("charset"))))
    refuse_monsters(text)
    tree = parse_page(text)
    if tree is None:
        raise RefusedByChildError("it holds no page", "save the page again from a browser")
    metadata = PageMetadata(tree, hints.get("url"))
    titles = metadata.headlines()
    lxml.etree.strip_elements(tree, "script", "style", with_tail=False)
    published = metadata.published(text, tree.text_content())
    paragraphs = [mend(line) for line in paragraphs_of(tree, metadata)]
    if sum(len(line.split()) for line in paragraphs) < _FEWEST_WORDS:
        raise RefusedByChildError(
            "no article was found on the page", "copy its text into a .txt file", is_no_article=True
        )
    stated = {
        "title": titles[0] if titles else None,
        "outlet": metadata.outlet(),
        "author": metadata.author(),
        "url": metadata.url(),
        "language": metadata.language(),
        "licence": metadata.licence(),
    }
    return {
        "text": "\n".join(paragraphs),
        **{key: mend(value) if value else None for key, value in stated.items()},
        "published": [published.date.iso(), published.basis, published.evidence] if published else None,
    }
