"""Values as other formats can hold them: one line, and no character that XML or a spreadsheet refuses."""

from __future__ import annotations

import re
from collections.abc import Iterable

# What XML 1.0 has no place for; surrogates and noncharacters are among it.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Everything that some reader takes for the end of a line.
_LINE_ENDS = re.compile("[\\s\x1c-\x1e\x85\u2028\u2029]+")


def clean(text: str) -> str:
    """``text`` without control characters and lone surrogates."""
    return _NO_XML.sub("", text)


def one_line(text: str) -> str:
    r"""``text`` on one line: a line that begins in the middle of a value could forge a field or a record.

    >>> one_line("a title\nTY  - JOUR")
    'a title TY - JOUR'
    """
    if text.isprintable() and "  " not in text:  # nearly every value: neither pattern would find anything
        return text.strip()
    return _LINE_ENDS.sub(" ", clean(text)).strip()


def joined(values: Iterable[str]) -> str:
    """Several values in one cell.

    >>> joined(["safe", "pesco"])
    'safe; pesco'
    """
    return "; ".join(values)
