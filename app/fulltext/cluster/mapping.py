"""How a document lies on a cluster: its fields, and an article as the object that is sent.

Fields that are named like zones have the terms of the zone, without places, for conditions and for the
cluster's own ranking; ``places`` has all words where they stand; ``weights`` and ``lengths`` are kept to be
read back, for our ranking, and nothing else is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from app.fulltext.cluster.connection import ClusterSettings
from app.fulltext.cluster.places import GAP, place_values, token
from app.fulltext.document_facts import LABELS_OF_FACETS, Days, days_of, label_term, period
from app.fulltext.document_terms import DocumentTerms, document_terms
from app.fulltext.search_index import Facet, IndexDocument, Weights, told_days
from app.fulltext.tree import Label, Zone

NUMBER, LABELS, PLACES, TOLD, WEIGHTS, LENGTHS, FACETS = (
    "number labels places told weights lengths facets".split()
)
FIRST, LAST, ADDED = Days._fields
FOLDED, EXACT, DOCUMENTS = "folded", "exact", "documents"
_KEYWORD = {"type": "keyword"}
_DAY = {"type": "integer"}


def document_index(settings: ClusterSettings, weights: Weights) -> dict[str, Any]:
    """The settings and fields of an index of documents."""
    terms = {"type": "text", "analyzer": "whitespace", "index_options": "freqs"}
    fields: dict[str, Any] = {
        NUMBER: {"type": "long"},
        LABELS: {"type": "keyword", "doc_values": False},
        FIRST: _DAY,
        LAST: _DAY,
        ADDED: _DAY,
        TOLD: {"type": "integer_range"},
        FACETS: {"properties": {facet.value: {"type": "keyword", "index": False} for facet in Facet}},
        PLACES: {"type": "text", "analyzer": "whitespace", "position_increment_gap": GAP, "norms": False},
        WEIGHTS: {"type": "object", "enabled": False},
        LENGTHS: {"properties": {zone.value: {"type": "integer", "index": False} for zone in Zone}},
        **{zone.value: terms for zone in Zone},
    }
    return {
        "settings": {
            "index": {
                **_of_any_index(settings),
                "similarity": {"default": {"type": "BM25", "k1": weights.k1, "b": weights.b}},
            }
        },
        "mappings": {
            "dynamic": "strict",
            "_source": {"includes": [f"{WEIGHTS}.*", f"{LENGTHS}.*"]},
            "properties": fields,
        },
    }


def word_index(settings: ClusterSettings) -> dict[str, Any]:
    """The settings and fields of an index of words."""
    fields = {FOLDED: _KEYWORD, EXACT: _KEYWORD, DOCUMENTS: {"type": "integer"}}
    return {
        "settings": {"index": _of_any_index(settings)},
        "mappings": {"dynamic": "strict", "properties": fields},
    }


def _of_any_index(settings: ClusterSettings) -> dict[str, Any]:
    return {
        "number_of_shards": settings.shards,
        "number_of_replicas": settings.replicas,
        # What is written is seen when the writer says so, not before.
        "refresh_interval": "-1",
    }


def document_source(document: IndexDocument) -> dict[str, Any]:
    """A document as the cluster is given it."""
    found = document_terms(document.title, document.text, document.quotes)
    days = days_of(document)
    source: dict[str, Any] = {
        NUMBER: document.article_id,
        LABELS: sorted({label_term(*label) for label in document.labels}),
        TOLD: [_range(value) for label, value in document.labels if label is Label.TOLD],
        FACETS: _facets(document),
        PLACES: place_values(found),
        WEIGHTS: {zone.value: _weights(found, zone) for zone in Zone},
        LENGTHS: {zone.value: len(found.zones[zone].terms) for zone in Zone},
    }
    source |= {name: day for name, day in days._asdict().items() if day}
    for zone in Zone:
        source[zone.value] = " ".join(map(token, found.zones[zone].terms))
    # A word of the title counts twice in the whole text.
    source[Zone.TEXT.value] += f" {source[Zone.TITLE.value]}"
    return source


def exact_words(source: Mapping[str, Any]) -> list[str]:
    """The different words of a document, as they stand in it."""
    return [word_of(key) for key in source[WEIGHTS].get(Zone.EXACT.value, ())]


def weight_key(term: str) -> str:
    """The name of a term among the weights: a full stop would part it."""
    return token(term).replace(".", "|")


def word_of(key: str) -> str:
    """The term that has this name."""
    return key.replace("|", ".")


def _weights(found: DocumentTerms, zone: Zone) -> dict[str, float]:
    """What each term of a zone counts for."""
    weights: dict[str, float] = dict(Counter(found.zones[zone].terms))
    if zone is Zone.TEXT:
        weights |= found.title_weights()
    return {weight_key(term): weight for term, weight in weights.items()}


def _facets(document: IndexDocument) -> dict[str, Sequence[str]]:
    days = days_of(document)
    facets: dict[str, Sequence[str]] = {
        facet.value: sorted({value for one, value in document.labels if one is label})
        for facet, label in LABELS_OF_FACETS.items()
    }
    for facet in (Facet.YEAR, Facet.MONTH):
        facets[facet.value] = [period(facet, days.first, days.last)]
    return facets


def _range(told: str) -> dict[str, int]:
    first, last = told_days(told)
    return {"gte": first.toordinal(), "lte": last.toordinal()}
