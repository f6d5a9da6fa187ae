"""Sitemaps and the OpenSearch description, for what finds its way around by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lxml import etree
from lxml.builder import ElementMaker

from app.exporting.references import ARCHIVE_NAME

MOST_ADDRESSES = 10_000
"""In one sitemap; the protocol allows 50,000, which would be slow to make."""

_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_sitemap = ElementMaker(namespace=_SITEMAPS, nsmap={None: _SITEMAPS})
_opensearch = ElementMaker(namespace=_OPENSEARCH, nsmap={None: _OPENSEARCH})
_SHORT_NAME = "EU-UK Defence"  # at most 16 characters


def write_sitemap(addresses: Iterable[tuple[str, datetime | None]]) -> bytes:
    """A sitemap of full addresses, each with the time of its last change where that is known."""
    return _bytes(
        _sitemap.urlset(
            *(
                _sitemap.url(
                    _sitemap.loc(address),
                    *([_sitemap.lastmod(changed.date().isoformat())] if changed else []),
                )
                for address, changed in addresses
            )
        )
    )


def write_sitemap_index(addresses: Iterable[str]) -> bytes:
    """A list of sitemaps."""
    return _bytes(_sitemap.sitemapindex(*(_sitemap.sitemap(_sitemap.loc(one)) for one in addresses)))


def write_opensearch(site: str) -> bytes:
    """What lets a browser's address bar search the archive; ``site`` is its address without a last slash."""
    return _bytes(
        _opensearch.OpenSearchDescription(
            _opensearch.ShortName(_SHORT_NAME),
            _opensearch.LongName(ARCHIVE_NAME),
            _opensearch.Description("Who said what about EU-UK defence, and where it was reported"),
            _opensearch.InputEncoding("UTF-8"),
            _opensearch.Image(f"{site}/static/favicon.svg", type="image/svg+xml"),
            _opensearch.Url(type="text/html", template=f"{site}/search?q={{searchTerms}}"),
            _opensearch.Url(type="application/atom+xml", template=f"{site}/search.atom?q={{searchTerms}}"),
            _opensearch.Url(
                type="application/opensearchdescription+xml", rel="self", template=f"{site}/opensearch.xml"
            ),
        )
    )


def _bytes(root: etree._Element) -> bytes:
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return written
