"""One RSS or Atom feed, read: the job that ``feed`` hands to the bounded child."""

from __future__ import annotations

import io
from collections.abc import Mapping
from email.utils import parsedate
from typing import Any

import feedparser

from app.importers.bounded import RefusedByChildError
from app.importers.fields import as_date, is_web_address, one_line
from app.importers.marked_up import fragment_text, is_marked_up, refuse_monsters
from app.importers.mending import mend

_MOST_AUTHORS = 10
_NO_FEED = "if it holds a report, save it as .html or .txt"


def read_feed(content: bytes, hints: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """The entries of a feed, as JSON can hold them. Raises RefusedByChildError.

    A feed that declares entities is refused: they are how small files grow to gigabytes and how files of
    the machine get into texts, and no feed needs them.
    """
    if b"<!ENTITY" in content or "<!ENTITY".encode("utf-16-le") in content:
        raise RefusedByChildError(
            "it declares XML entities, which feeds have no use for", "save it without them"
        )
    refuse_monsters(content.decode("latin-1"))
    charset = hints.get("charset")
    headers = {"content-type": f"application/xml; charset={charset}"} if charset else {}
    # From a stream: a bare text would be taken for an address or a file's name.
    parsed = feedparser.parse(io.BytesIO(content), response_headers=headers, sanitize_html=False)
    if not parsed.get("version"):
        raise RefusedByChildError("it is XML, but no RSS or Atom feed", _NO_FEED, is_no_article=True)
    if not parsed.entries:
        raise RefusedByChildError("it is a feed without entries", _NO_FEED, is_no_article=True)
    return [_entry(entry, parsed.feed, number) for number, entry in enumerate(parsed.entries, start=1)]


def _entry(entry: Mapping[str, Any], feed: Mapping[str, Any], number: int) -> dict[str, Any]:
    """What an entry states; ``text`` is its content, else its summary and ``is_summary`` is true."""
    contents = [_text(content) for content in entry.get("content", ())]
    content = max(contents, key=len, default="")
    summary = "" if content else _text(entry.get("summary_detail") or {"value": entry.get("summary")})
    links = [link for link in entry.get("links", ()) if isinstance(link.get("href"), str)]
    via = [link["href"] for link in links if link.get("rel") == "via" and is_web_address(link["href"])]
    link = entry.get("link")
    source = entry.get("source") or {}
    return {
        "place": f"entry {_line(entry.get('id')) or number}",
        "is_nameless": not _line(entry.get("id")),
        "text": mend(content or summary),
        "is_summary": not content,
        "title": _line(entry.get("title")),
        "outlet": _line(source.get("title")) or _line(feed.get("title")),
        "author": ", ".join(_authors(entry)) or None,
        "url": link if isinstance(link, str) and is_web_address(link) else None,
        "published": _published(entry),
        "language": _line((entry.get("summary_detail") or {}).get("language")) or _line(feed.get("language")),
        "licence": next(filter(None, map(_line, _rights(entry, feed))), None),
        "based_on": via,
    }


def _text(detail: Mapping[str, Any]) -> str:
    value = detail.get("value")
    if not isinstance(value, str):
        return ""
    return fragment_text(value) if is_marked_up(value) or "html" in str(detail.get("type")) else value.strip()


def _line(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    return one_line(fragment_text(value) if is_marked_up(value) else value)


def _authors(entry: Mapping[str, Any]) -> list[str]:
    named = [_line(author.get("name")) for author in entry.get("authors", ())[:_MOST_AUTHORS]]
    names = [name for name in named if name]
    return names or [name for name in [_line(entry.get("author"))] if name]


def _rights(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> list[Any]:
    """The licence as given: a licence's address before a line of rights, the entry's before the feed's."""
    found = []
    for holder in (entry, feed):
        links = [link.get("href") for link in holder.get("links", ()) if link.get("rel") == "license"]
        found += [holder.get("license"), *links, holder.get("rights")]
    return found


def _published(entry: Mapping[str, Any]) -> list[str] | None:
    """The day as the feed writes it, and its words; the day of the last change where it names no other."""
    for name in ("published", "updated"):
        written = entry.get(name)
        if not isinstance(written, str):
            continue
        mail_date = parsedate(written)
        text = f"{mail_date[0]:04}-{mail_date[1]:02}-{mail_date[2]:02}" if mail_date else written
        date = as_date(text)
        if date is not None:
            return [date.iso(), f"{name}: {one_line(written)}"]
    return None
