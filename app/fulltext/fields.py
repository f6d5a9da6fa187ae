"""The fields of a query, and what a value of each means in the tree.

| field (also) | value | in the tree |
|---|---|---|
| text, title, quote, exact | words, a phrase, a prefix | the words in that zone |
| speaker (by, person, said), mentions | a name | SPEAKER, MENTIONS, the name as typed |
| programme (program, topic) | a name, an acronym, a slug | PROGRAMME, as typed |
| outlet (source, site), via, author, org | a name | OUTLET, VIA, AUTHOR, ORG, as typed |
| role | words of a role | ROLE, as typed |
| side | uk, eu, other, unnamed | SIDE |
| kind | direct, mixed, fragment, indirect (reported) | KIND |
| type | those of kind: what type an article is of nobody states | KIND |
| has | quotes, date, outlet, title, url, author | HAS |
| is | dated, undated, titled, untitled, quoted | HAS, Undated, Not HAS |
| lang | two or three letters | LANGUAGE |
| id | the number of an article | ID |
| date (published), added | a date or a range of dates | Dated; ``date:none`` is Undated |
| event | a date or a range of dates: what the text tells of | Dated |
| sort | newest, oldest, relevance | no part of the tree |
| group | person | no part of the tree |

A value that a field cannot have is read as text, with a note that says which ones it can have.
"""

from __future__ import annotations

from enum import StrEnum

from app.fulltext.tree import Label, Labelled, Moment, Node, Not, Undated, Zone


class Field(StrEnum):
    """A field by its first name."""

    TEXT = "text"
    TITLE = "title"
    QUOTE = "quote"
    EXACT = "exact"
    SPEAKER = "speaker"
    MENTIONS = "mentions"
    ROLE = "role"
    PROGRAMME = "programme"
    ORG = "org"
    OUTLET = "outlet"
    VIA = "via"
    AUTHOR = "author"
    TYPE = "type"
    KIND = "kind"
    SIDE = "side"
    DATE = "date"
    EVENT = "event"
    ADDED = "added"
    HAS = "has"
    IS = "is"
    LANG = "lang"
    ID = "id"
    SORT = "sort"
    GROUP = "group"


class Sort(StrEnum):
    """The order a reader asks for inside the query."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


class Group(StrEnum):
    """What a reader wants the results put together by."""

    PERSON = "person"


ALIASES = {
    "by": Field.SPEAKER,
    "person": Field.SPEAKER,
    "said": Field.SPEAKER,
    "program": Field.PROGRAMME,
    "topic": Field.PROGRAMME,
    "source": Field.OUTLET,
    "site": Field.OUTLET,
    "published": Field.DATE,
}
FIELDS = {one.value: one for one in Field} | ALIASES

ZONES = {
    Field.TEXT: Zone.TEXT,
    Field.TITLE: Zone.TITLE,
    Field.QUOTE: Zone.QUOTE,
    Field.EXACT: Zone.EXACT,
}
# Fields whose values are names: what they mean is looked up later, in the registers and the store.
NAMED = {
    Field.SPEAKER: Label.SPEAKER,
    Field.MENTIONS: Label.MENTIONS,
    Field.ROLE: Label.ROLE,
    Field.PROGRAMME: Label.PROGRAMME,
    Field.OUTLET: Label.OUTLET,
    Field.ORG: Label.ORG,
    Field.VIA: Label.VIA,
    Field.AUTHOR: Label.AUTHOR,
}
MOMENTS = {Field.DATE: Moment.PUBLISHED, Field.ADDED: Moment.ADDED, Field.EVENT: Moment.TOLD}

_KINDS = ("direct", "mixed", "fragment", "indirect")
_HAS = ("quotes", "date", "outlet", "title", "url", "author")


def _labelled(label: Label, *values: str) -> dict[str, Node]:
    return {value: Labelled(label, (value,)) for value in values}


_KIND_VALUES = _labelled(Label.KIND, *_KINDS) | {"reported": Labelled(Label.KIND, ("indirect",))}
FIXED: dict[Field, dict[str, Node]] = {
    Field.KIND: _KIND_VALUES,
    Field.TYPE: _KIND_VALUES,
    Field.SIDE: _labelled(Label.SIDE, "uk", "eu", "other", "unnamed"),
    Field.HAS: _labelled(Label.HAS, *_HAS)
    | {"quote": Labelled(Label.HAS, ("quotes",)), "quotations": Labelled(Label.HAS, ("quotes",))},
    Field.IS: {
        "dated": Labelled(Label.HAS, ("date",)),
        "undated": Undated(),
        "titled": Labelled(Label.HAS, ("title",)),
        "untitled": Not(Labelled(Label.HAS, ("title",))),
        "quoted": Labelled(Label.HAS, ("quotes",)),
    },
    Field.DATE: {"none": Undated(), "unknown": Undated(), "undated": Undated()},
}
EXAMPLES = {
    Field.KIND: "direct, mixed, fragment or reported",
    Field.TYPE: "direct, mixed, fragment or reported; what type an article is, sources do not say",
    Field.SIDE: "uk, eu, other or unnamed",
    Field.HAS: "quotes, date, outlet, title, url or author",
    Field.IS: "dated, undated, titled, untitled or quoted",
    Field.LANG: "two letters, as in lang:en",
    Field.ID: "the number of an article, as in id:1",
    Field.DATE: "a date, as in date:2025-03 or date:2025-01..2025-06",
    Field.ADDED: "a date, as in added:2025-03 or added:P3M",
    Field.EVENT: "a date that a text tells of, as in event:2025-05-19 or event:2025-01..2025-06",
    Field.SORT: "newest, oldest or relevance",
    Field.GROUP: "person",
}
