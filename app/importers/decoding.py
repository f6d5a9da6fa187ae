"""From the bytes of a page to its text: what the bytes prove goes before what is declared."""

from __future__ import annotations

import codecs
import re

from app.importers.bounded import RefusedByChildError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"GIF8": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "gzip-compressed",
}
_DECLARED = re.compile(
    rb"""<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,100}?encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4096
# Browsers read these names as Windows-1252 (WHATWG Encoding Standard, section 4.2).
_READ_AS_WINDOWS = {"iso8859-1", "ascii", "cp1252"}
# So many good characters for each broken one show that the text is UTF-8 with a fault in it.
_GOOD_FOR_ONE_BROKEN = 10


def decode_page(content: bytes, stated: str | None = None) -> str:
    """The text of a page; ``stated`` is the encoding that the server named.

    A byte-order mark settles it. Bytes beyond ASCII that are valid UTF-8 are UTF-8, whatever is declared:
    no other encoding produces such sequences by chance. Else what is declared holds, else Windows-1252,
    as browsers read it. Raises RefusedByChildError for what is no text.
    """
    for begins, kind in _BINARY.items():
        if content.startswith(begins):
            raise RefusedByChildError(f"it is {kind}, not a web page", "give it the ending of what it is")
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding).removeprefix("\ufeff")
    if b"\x00" in content:
        raise RefusedByChildError("it is binary, not a web page", "save it again as text")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_other(content, stated)


def _decode_other(content: bytes, stated: str | None) -> str:
    declared = stated or _declared_in(content)
    if declared is None or _codec_name(declared) == "utf-8":
        text = content.decode("utf-8", "replace")
        broken = text.count("\ufffd")
        good = sum(character > "\x7f" for character in text) - broken
        return text if good > broken * _GOOD_FOR_ONE_BROKEN else _strictly(content, "cp1252")
    name = _codec_name(declared)
    if name is None:
        raise RefusedByChildError(
            f"it declares an encoding that is not known (“{declared}”) and is not UTF-8",
            "save the page again with the encoding UTF-8",
        )
    return _strictly(content, "cp1252" if name in _READ_AS_WINDOWS else name)


def _declared_in(content: bytes) -> str | None:
    match = _DECLARED.search(content[:_DECLARED_WITHIN])
    return match[1].decode("ascii") if match else None


def _codec_name(label: str) -> str | None:
    """Python's name of a text encoding; None if it has none."""
    try:
        found = codecs.lookup(label)
    except LookupError:
        return None
    # "rot13" and "base64" are codecs too, but none of text.
    return found.name if found._is_text_encoding else None  # noqa: SLF001


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, UnicodeError) as exc:
        raise RefusedByChildError(
            f"its bytes are no {encoding} text, nor UTF-8", "save the page again with the encoding UTF-8"
        ) from exc
