"""What a page states about itself: JSON-LD, meta tags, Open Graph, marked-up times, its address."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

from htmldate import find_date

from app.dates import DateBasis, PartialDate
from app.importers.fields import as_date

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DATED_PATH = re.compile(
    rf"[/_-](?P<year>20\d\d|19\d\d)[/_-](?P<month>\d\d?|{'|'.join(_MONTHS)})[/_-](?P<day>\d\d?)(?!\d)"
)
_ARTICLE_TYPES = re.compile(r"Article|NewsArticle|BlogPosting|Report|Review\b")
_META_DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date",
    "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date", "dcterms.date", "date", "pubdate",
    "publishdate", "publish_date", "publish-date", "publication_date", "published_at",
    "citation_publication_date", "citation_date", "sailthru.date", "cxenseparse:recs:publishtime",
    "datecreated", "article:published",
)  # fmt: skip
_META_AUTHORS = (
    "author",
    "article:author",
    "parsely-author",
    "dc.creator",
    "sailthru.author",
    "byl",
    "citation_author",
)
_META_LICENCES = ("dcterms.license", "dc.rights.license", "license", "licence")
_MOST_AUTHORS = 10
_Value = TypeVar("_Value")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class PageDate:
    """A date of publication, what states it and its words."""

    date: PartialDate
    basis: DateBasis
    evidence: str


class PageMetadata:
    """What a parsed page states about itself; what it does not state is None."""

    def __init__(self, tree: Any, address: str | None = None) -> None:
        self._tree = tree
        self._meta = _meta_tags(tree)
        self._nodes = list(_json_ld(tree))
        self._by_id = {
            node["@id"]: node for node in self._nodes if isinstance(node.get("@id"), str) and len(node) > 1
        }
        self._articles = [node for node in self._nodes if _ARTICLE_TYPES.search(_type_of(node))]
        self._address = address

    def headlines(self) -> tuple[str, ...]:
        """All that the page gives as its title, the most trustworthy first.

        The heading that is printed, the JSON-LD headline and the Open Graph title are often three
        different texts: what two of them agree on is the title, else the Open Graph one.
        """
        linked = _first(_text(node.get("headline")) for node in self._articles)
        shared = self._without_site(self._first_meta("og:title", "twitter:title"))
        printed = self._printed_heading([linked, shared])
        candidates = [text for text in (printed, linked, shared) if text]
        keys = [_folded(text) for text in candidates]
        agreed = [text for text, key in zip(candidates, keys, strict=True) if keys.count(key) > 1]
        window = self._without_site(_text(self._tree.findtext(".//title")))
        ordered = [*agreed[:1], *([shared] if shared else []), *candidates, *([window] if window else [])]
        return tuple(dict.fromkeys(ordered))

    def outlet(self) -> str | None:
        """Who published the page; some give the site's motto as the publisher's name, which is none."""
        publishers = (self._resolved(node.get("publisher")) for node in (*self._articles, *self._nodes))
        mottos = {_text(node.get("description")) for node in self._nodes if _type_of(node) == "WebSite"}
        names = (_text(node.get("name")) for node in publishers if node)
        named = _first(name for name in names if name not in mottos)
        return named or self._first_meta("og:site_name", "application-name", "dc.publisher")

    def author(self) -> str | None:
        """The byline: names, commas between them."""
        for node in self._articles:
            names = self._names(node.get("author"))
            if names:
                return ", ".join(names)
        for key in _META_AUTHORS:
            names = [
                name for name in self._meta.get(key, ()) if "://" not in name and not name.startswith("(")
            ]
            if names:
                return ", ".join(dict.fromkeys(names[:_MOST_AUTHORS]))
        return None

    def url(self) -> str | None:
        """The page's own address: canonical link, Open Graph, JSON-LD, else where it was fetched from."""
        links = self._tree.xpath("//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href")
        own = [*links[:1], *self._meta.get("og:url", ())]
        own += [
            page
            for node in self._articles
            for page in (self._address_of(node.get("mainEntityOfPage")), node.get("url"))
        ]
        return _first(self._absolute(link) for link in [*own, self._address])

    def language(self) -> str | None:
        """The page's language, as it states it."""
        stated = [self._tree.get("lang"), self._tree.get("{http://www.w3.org/XML/1998/namespace}lang")]
        stated += [_text(node.get("inLanguage")) for node in self._articles]
        stated += [*self._meta.get("content-language", ()), *self._meta.get("og:locale", ())]
        found = _first(text for text in stated if text and _LANGUAGE.fullmatch(text.strip()))
        return found.strip().replace("_", "-") if found else None

    def licence(self) -> str | None:
        """The licence: a link marked so, JSON-LD or a meta tag."""
        links = self._tree.xpath("//link[@rel='license']/@href | //a[@rel='license']/@href")
        stated = [
            *links[:1],
            *(_text(node.get("license")) for node in self._articles),
            self._first_meta(*_META_LICENCES),
        ]
        return _first(stated)

    def description(self) -> tuple[str, ...]:
        """What the page says that it is about: its standfirst, where the text prints the same words."""
        stated = [_text(node.get("description")) for node in self._articles]
        stated += [*self._meta.get("og:description", ()), *self._meta.get("description", ())]
        return tuple(dict.fromkeys(text for text in stated if text))

    def published(self, text: str, printed: str) -> PageDate | None:
        """When the page says that it was published; worked out by htmldate where it says nothing.

        ``text`` is the page's source, ``printed`` what a reader sees of it.
        """
        return (
            self._date_in_json_ld()
            or self._date_in_meta()
            or self._date_in_times()
            or _date_in_address(self.url() or "")
            or _date_worked_out(text, printed)
        )

    def _date_in_json_ld(self) -> PageDate | None:
        nodes = [*self._articles, *(node for node in self._nodes if "WebPage" in _type_of(node))]
        return _first(
            _page_date(node.get(key), DateBasis.METADATA, f"JSON-LD {key}")
            for key in ("datePublished", "dateCreated")
            for node in nodes
        )

    def _date_in_meta(self) -> PageDate | None:
        stated = ((key, value) for key in _META_DATES for value in self._meta.get(key, ()))
        return _first(_page_date(value, DateBasis.METADATA, f"meta {key}") for key, value in stated)

    def _date_in_times(self) -> PageDate | None:
        """A time marked as the publication's; else the only day that all marked times of the page name."""
        marked = self._tree.xpath(
            "//*[@itemprop='datePublished' or @pubdate or contains(@class, 'published')]"
        )
        marked = [node for node in marked if isinstance(node.tag, str)]
        found = _first(
            _page_date(node.get("datetime") or node.get("content"), DateBasis.METADATA, "time")
            for node in marked
        )
        if found:
            return found
        dates = [
            _page_date(node.get("datetime"), DateBasis.METADATA, "time") for node in self._tree.iter("time")
        ]
        known = [date for date in dates if date]
        return known[0] if known and len({date.date for date in known}) == 1 else None

    def _printed_heading(self, others: list[str | None]) -> str | None:
        """The top heading; of several the one that the metadata knows."""
        texts = [_text(" ".join(node.itertext())) for node in self._tree.iter("h1")]
        known = {_folded(text) for text in others if text}
        headings = [text for text in texts if text]
        return _first(text for text in headings if _folded(text) in known) or (
            headings[0] if len(headings) == 1 else None
        )

    def _without_site(self, title: str | None) -> str | None:
        """A title without the name of the site at its end ("… | Reuters")."""
        if title is None:
            return None
        site = [self.outlet(), *self._meta.get("og:site_name", ())]
        cut = re.fullmatch(r"(.{8,}?)\s+[|•·–—-]\s+([^|•·–—]{2,60})", title)
        if cut and any(_folded(name) == _folded(cut[2]) for name in site if name):
            return cut[1]
        barred = re.fullmatch(r"(.{8,}?)\s+\|\s+([^|]{2,40})", title)
        return barred[1] if barred else title

    def _first_meta(self, *keys: str) -> str | None:
        return _first(value for key in keys for value in self._meta.get(key, ()))

    def _resolved(self, value: Any) -> dict[str, Any] | None:
        """The node that a value is or points to."""
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, str):
            return {"name": value}
        if not isinstance(value, dict):
            return None
        if "name" not in value and isinstance(value.get("@id"), str):
            return self._by_id.get(value["@id"], value)
        return value

    def _names(self, value: Any) -> list[str]:
        """The names of authors: people's before organisations'."""
        nodes = [
            self._resolved(one) for one in (value if isinstance(value, list) else [value])[:_MOST_AUTHORS]
        ]
        named = [(node, _text(node.get("name") or node.get("byline"))) for node in nodes if node]
        people = [
            name
            for node, name in named
            if name and "Organization" not in _type_of(node) and "://" not in name
        ]
        everybody = [name for _, name in named if name and "://" not in name]
        return list(dict.fromkeys(people or everybody))

    def _address_of(self, value: Any) -> Any:
        return value.get("@id") if isinstance(value, dict) else value

    def _absolute(self, link: Any) -> str | None:
        """The link as a whole address of http; None for a home page, which is no article's address."""
        if not isinstance(link, str):
            return None
        try:
            whole = urljoin(self._address or "", link.strip())
            parts = urlsplit(whole)
        except ValueError:
            return None
        is_web = parts.scheme in {"http", "https"} and bool(parts.netloc) and not re.search(r"\s", whole)
        return whole if is_web and (parts.path.strip("/") or parts.query) else None


def _page_date(value: Any, basis: DateBasis, source: str) -> PageDate | None:
    date = as_date(value)
    return PageDate(date, basis, f"{source}: {value.strip()}") if date else None


def _date_in_address(address: str) -> PageDate | None:
    match = _DATED_PATH.search(urlsplit(address).path.lower())
    if match is None:
        return None
    month = _MONTHS.index(match["month"]) + 1 if match["month"] in _MONTHS else match["month"]
    date = as_date(f"{match['year']}-{month}-{match['day']}")
    return PageDate(date, DateBasis.URL, match.group()) if date else None


def _date_worked_out(text: str, printed: str) -> PageDate | None:
    """What htmldate finds, where the page prints that day: a date that nobody can read there is a guess."""
    date = as_date(find_date(text, extensive_search=False, original_date=True))
    if date is None:
        return None
    day, month = rf"0?{date.day}(?:st|nd|rd|th)?", rf"(?:0?{date.month}|[^\W\d]{{3,12}})"
    between = r"[.,/\s-]{1,3}(?:de\s)?"
    forms = (
        rf"{day}{between}{month}{between}{date.year}",
        rf"{month}{between}{day}{between}{date.year}",
        rf"{date.year}{between}{month}{between}{day}",
    )
    match = re.search(rf"(?<!\d)(?:{'|'.join(forms)})(?!\d)", printed)
    return PageDate(date, DateBasis.INFERRED, match.group()) if match else None


def _meta_tags(tree: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in tree.iter("meta"):
        value = _text(node.get("content"))
        if value is None:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            key = node.get(attribute)
            if key:
                found.setdefault(key.strip().lower(), []).append(value)
    return found


def _json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    """Every node of every block, graphs and lists opened; a block that is no JSON says nothing."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        try:
            block = json.loads((script.text or "").strip().strip(";"), strict=False)
        except (ValueError, RecursionError):
            continue
        waiting = [block]
        while waiting:
            value = waiting.pop(0)
            if isinstance(value, list):
                waiting[:0] = value
            elif isinstance(value, Mapping):
                waiting[:0] = value["@graph"] if isinstance(value.get("@graph"), list) else []
                yield dict(value)


def _type_of(node: Mapping[str, Any]) -> str:
    kind = node.get("@type")
    return " ".join(map(str, kind)) if isinstance(kind, list) else str(kind)


def _text(value: Any) -> str | None:
    """A value's text in one line, character references read; None for what is no text or empty."""
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    if not isinstance(value, str):
        return None
    return " ".join(html.unescape(html.unescape(value)).split()) or None


def _folded(text: str) -> str:
    """The text by its letters and digits alone, for comparing."""
    return re.sub(r"\W+", " ", text.casefold()).strip()


def _first(values: Iterable[_Value | None]) -> _Value | None:
    return next((value for value in values if value), None)
