"""Text in HTML that is known to be the article and nothing else, as feeds and dumps hold it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import lxml.html

from app.importers.bounded import CHILD, BoundExceededError, RefusedByChildError

_TAG = re.compile(
    r"</(?:p|div|a|em|strong|b|i|span|li|ul|h[1-6]|blockquote)\s*>|<(?:br|p)\s*/?>", re.IGNORECASE
)
_BLOCKS = frozenset(
    "address article aside blockquote body br dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6"
    " header hr li main nav ol p pre section table td th tr ul".split()
)
_HIDDEN = (
    "figcaption iframe noscript object script style svg template textarea title video audio button".split()
)
_MOST_TAGS = 150_000
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{20000,}")
_ATTRIBUTE = re.compile(r"\s[^\s=<>\"'/]{1,100}=")
_MOST_ATTRIBUTES = 2_000
_MOST_LINKS = 20_000
_ADVICE = "copy the text of the report into a .txt file"


def is_marked_up(text: str) -> bool:
    """Whether the text is HTML.

    >>> is_marked_up("<p>The pact</p>"), is_marked_up("1 < 2 and <em dashes>")
    (True, False)
    """
    return _TAG.search(text) is not None


def plain_text_of(markup: str) -> str:
    """The text as a page would show it, a line for each block; ValueError where that takes too long."""
    try:
        return str(CHILD.run("fragment", markup.encode("utf-8", "replace"), {}))
    except RefusedByChildError as exc:
        raise ValueError(exc.reason) from exc
    except BoundExceededError as exc:
        raise ValueError("its HTML takes too long to read") from exc


def read_fragment(content: bytes, hints: Mapping[str, str | None]) -> str:  # noqa: ARG001
    """The job behind ``plain_text_of``, done in the bounded child."""
    return fragment_text(content.decode("utf-8", "replace"))


def fragment_text(markup: str) -> str:
    r"""The text of a fragment of HTML, white space made one blank, a line for each block.

    >>> fragment_text("<p>The <b>pact</b>&nbsp;waits.<p>It is\n long.<script>x</script>").splitlines()
    ['The pact waits.', 'It is long.']
    """
    refuse_monsters(markup)
    tree = parse_page(f"<body>{markup}</body>")
    if tree is None:
        return ""
    lxml.etree.strip_elements(tree, *_HIDDEN, with_tail=False)
    pieces: list[str] = []
    for event, node in lxml.etree.iterwalk(tree, events=("start", "end")):
        is_block = node.tag in _BLOCKS
        if event == "start":
            pieces += ["\f" if is_block else "", (node.text or "").replace("\f", " ")]
        else:
            pieces += ["\f" if is_block else "", (node.tail or "").replace("\f", " ")]
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\f"))
    return "\n".join(line for line in lines if line)


def parse_page(text: str) -> Any:
    """The tree of a page without comments; None if there is nothing. Scripts are only text."""
    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, encoding="utf-8")
    try:
        return lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except lxml.etree.LxmlError:
        return None


def refuse_monsters(text: str) -> None:
    """Refuse at once what would keep parsers busy until the child is ended: no article looks so."""
    links, tags = text.count("<a "), text.count("<")
    if links > _MOST_LINKS or tags > _MOST_TAGS:
        raise RefusedByChildError(
            f"it has {tags} tags, {links} of them links: no report has so many", _ADVICE
        )
    for tag in _LONG_TAG.findall(text):
        if len(_ATTRIBUTE.findall(tag)) > _MOST_ATTRIBUTES:
            raise RefusedByChildError("it has a tag with thousands of attributes", _ADVICE)
