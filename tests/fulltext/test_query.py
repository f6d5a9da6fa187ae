"""Reading queries: every operator and field, and what makes no sense."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fulltext.fields import FIELDS, Group, Sort
from app.fulltext.joining import leaf_costs
from app.fulltext.lexer import lex
from app.fulltext.meanings import Named
from app.fulltext.query import MAX_QUERY_CHARACTERS, MAX_QUERY_WORDS, parse
from app.fulltext.tree import (
    And,
    Dated,
    Label,
    Labelled,
    Moment,
    Near,
    Node,
    Not,
    Or,
    Prefix,
    Undated,
    Unit,
    Words,
    Zone,
)
from tests.fulltext.hostile_queries import HOSTILE

TODAY = date(2026, 5, 31)

PIECES = [
    *("pact", "the", "a", "UK-EU", "F-35", "U.K.", "€150bn", "Starmer’s", "Šefčovič", "x" * 70, "🏴"),
    *("OR", "AND", "NOT", "NEAR/5", "w/s", "w/p", "NEAR", "-", "!", "--", "(", ")", "*", "negotiat*", "a*"),
    *(
        '"',
        "“",
        "”",
        "„",
        "«",
        "»",
        "‘",
        "’",
        '"joint statement"',
        '"joint statement"~3',
        "~2",
        "^",
        "_",
        ":",
    ),
    *("2025", "2025-03", "2025-01..2025-06", "20250101..20250131", "..", ">=2025", "P3M", "2025-02-30"),
    *(f"{name}:" for name in FIELDS),
    *("speaker:starmer", "has:date", "is:untitled", "sort:oldest", "group:person", "http://x.y/z", "foo:bar"),
]
TYPED = st.one_of(
    st.text(),
    st.text(alphabet='ab-!:*~^"“”‘’() .,_€\n\u0301\x00\u202e'),
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
)


@given(TYPED)
def test_no_text_whatever_fails(typed: str) -> None:
    """Any text is read within the bounds, and every word in its tree can be searched for."""
    query = parse(typed, TODAY)
    query.reading()
    assert len(query.canonical().removesuffix(" group:person")) <= MAX_QUERY_CHARACTERS + len(
        " sort:relevance"
    )
    if query.tree is not None:
        costs = leaf_costs(query.tree)
        assert all(costs)
        assert sum(costs) <= MAX_QUERY_WORDS
        assert query.reading()
    else:
        assert query.notes or query.sort or query.group or not typed.strip()


@given(TYPED)
def test_the_canonical_text_is_read_as_the_same_query(typed: str) -> None:
    query = parse(typed, TODAY)
    again = parse(query.canonical(), TODAY)
    assert (again.tree, again.sort, again.group) == (query.tree, query.sort, query.group)
    assert again.canonical() == query.canonical()


@given(TYPED)
def test_a_chip_leads_to_the_query_without_its_part(typed: str) -> None:
    query = parse(typed, TODAY)
    chips = list(query.chips())
    for number, chip in enumerate(chips[: len(query.parts)]):
        assert parse(chip.without, TODAY).tree == query.without(number).tree
    assert all(chip.label for chip in chips)


def words(*typed: str, zone: Zone = Zone.TEXT) -> tuple[Words, ...]:
    return tuple(Words(one, zone) for one in typed)


def phrase(typed: str, zone: Zone = Zone.TEXT, slop: int = 0) -> Words:
    return Words(typed, zone, is_phrase=True, slop=slop)


PACT, LOANS, GRANTS = words("pact", "loans", "grants")

OPERATORS: list[tuple[str, Node]] = [
    ("pact loans", And((PACT, LOANS))),
    ("pact AND loans", And((PACT, LOANS))),
    ("pact and loans", And((PACT, LOANS))),  # a word that every article has
    ("pact or loans", And((PACT, LOANS))),
    ("loans OR grants", Or((LOANS, GRANTS))),
    ("loans OR grants OR pact", Or((LOANS, GRANTS, PACT))),
    ("pact loans OR grants", Or((And((PACT, LOANS)), GRANTS))),
    ("pact (loans OR grants)", And((PACT, Or((LOANS, GRANTS))))),
    ("(pact (loans))", And((PACT, LOANS))),
    ("pact -loans", And((PACT, Not(LOANS)))),
    ("pact !loans", And((PACT, Not(LOANS)))),
    ("pact NOT loans", And((PACT, Not(LOANS)))),
    ("pact --loans", And((PACT, Not(LOANS)))),
    ("pact - loans", And((PACT, LOANS))),
    ("(-loans)", Not(LOANS)),
    ("NOT NOT pact", PACT),
    ("-(loans OR grants)", Not(Or((LOANS, GRANTS)))),
    ('-"go further"', Not(phrase("go further"))),
    ("Thomas-Symonds", Words("Thomas-Symonds")),
    ("UK-EU F-35", And(words("UK-EU", "F-35"))),
    ("U.K. €150bn", And(words("U.K.", "€150bn"))),
    ("Starmer’s, “pact”!", And((Words("Starmer’s"), phrase("pact")))),
    ("+pact #loans", And((PACT, LOANS))),
    ('"go further"', phrase("go further")),
    ("„go further“", phrase("go further")),
    ("«go further", phrase("go further")),
    ("‘go further’", phrase("go further")),
    ("‘Europe’s defence’", phrase("Europe’s defence")),
    ("’90s pact", And(words("90s", "pact"))),
    ('"go further"~3', phrase("go further", slop=3)),
    ('"pact"~3', phrase("pact")),
    ("negotiat*", Prefix("negotiat")),
    ("Šef*", Prefix("sef")),
    ("-negotiat*", Not(Prefix("negotiat"))),
    ("pact NEAR/5 loans", Near(PACT, LOANS, Unit.WORDS, 5)),
    ("pact w/5 loans", Near(PACT, LOANS, Unit.WORDS, 5)),
    ("pact w/s loans", Near(PACT, LOANS, Unit.SENTENCE)),
    ("pact w/p loans", Near(PACT, LOANS, Unit.PARAGRAPH)),
    ("pact NEAR/5 negotiat*", Near(PACT, Prefix("negotiat"), Unit.WORDS, 5)),
    ('"go further" NEAR/5 loans', Near(phrase("go further"), LOANS, Unit.WORDS, 5)),
    (
        "pact NEAR/5 loans NEAR/5 grants",
        And((Near(PACT, LOANS, Unit.WORDS, 5), Near(LOANS, GRANTS, Unit.WORDS, 5))),
    ),
    (
        "pact w/s (loans OR grants)",
        Or((Near(PACT, LOANS, Unit.SENTENCE), Near(PACT, GRANTS, Unit.SENTENCE))),
    ),
    ("the pact", PACT),
    ("the", Words("the")),
    ('"the"', phrase("the")),
    ("pact )( loans", And((PACT, LOANS))),
    ("(pact OR loans", Or((PACT, LOANS))),
]

FIELD_VALUES: list[tuple[str, Node]] = [
    ("title:pact", Words("pact", Zone.TITLE)),
    ("Title:pact", Words("pact", Zone.TITLE)),
    ("title:negotiat*", Prefix("negotiat", Zone.TITLE)),
    ("title:(loans OR grants)", Or(words("loans", "grants", zone=Zone.TITLE))),
    ("title:(the pact)", And(words("the", "pact", zone=Zone.TITLE))),
    ("text:pact", PACT),
    ("text:OR", Words("OR")),
    ("quote:“joint debt”", phrase("joint debt", Zone.QUOTE)),
    ("quote:(pact NEAR/3 loans)", Near(Words("pact", Zone.QUOTE), Words("loans", Zone.QUOTE), Unit.WORDS, 3)),
    ('exact:"Safe"', phrase("Safe", Zone.EXACT)),
    ("exact:Safe", Words("Safe", Zone.EXACT)),
    ("speaker:starmer", Labelled(Label.SPEAKER, ("starmer",))),
    ("by:starmer", Labelled(Label.SPEAKER, ("starmer",))),
    ("person:starmer", Labelled(Label.SPEAKER, ("starmer",))),
    ("said:starmer", Labelled(Label.SPEAKER, ("starmer",))),
    ('speaker:"Keir Starmer"', Labelled(Label.SPEAKER, ("Keir Starmer",))),
    ("speaker:(starmer OR kallas)", Labelled(Label.SPEAKER, ("starmer", "kallas"))),
    ("speaker:starmer OR speaker:kallas", Labelled(Label.SPEAKER, ("starmer", "kallas"))),
    ("-speaker:starmer", Not(Labelled(Label.SPEAKER, ("starmer",)))),
    ("mentions:trump", Labelled(Label.MENTIONS, ("trump",))),
    ('role:"defence secretary"', Labelled(Label.ROLE, ("defence secretary",))),
    ("programme:SAFE", Labelled(Label.PROGRAMME, ("SAFE",))),
    ("program:safe", Labelled(Label.PROGRAMME, ("safe",))),
    ("topic:safe", Labelled(Label.PROGRAMME, ("safe",))),
    ("org:Commission", Labelled(Label.ORG, ("Commission",))),
    ("outlet:rokna", Labelled(Label.OUTLET, ("rokna",))),
    ("source:rokna", Labelled(Label.OUTLET, ("rokna",))),
    ("site:rokna", Labelled(Label.OUTLET, ("rokna",))),
    ("via:guardian", Labelled(Label.VIA, ("guardian",))),
    ("author:writer", Labelled(Label.AUTHOR, ("writer",))),
    ("type:direct", Labelled(Label.KIND, ("direct",))),
    ("type:interview", Words("interview")),
    ("kind:reported", Labelled(Label.KIND, ("indirect",))),
    ("kind:(direct OR mixed)", Labelled(Label.KIND, ("direct", "mixed"))),
    ("side:eu", Labelled(Label.SIDE, ("eu",))),
    ("date:2025-03", Dated(date(2025, 3, 1), date(2025, 3, 31))),
    ("date:2025-03-17", Dated(date(2025, 3, 17), date(2025, 3, 17))),
    ("published:2025", Dated(date(2025, 1, 1), date(2025, 12, 31))),
    ("date:2025-01..2025-06", Dated(date(2025, 1, 1), date(2025, 6, 30))),
    ("date:2025-01/2025-06", Dated(date(2025, 1, 1), date(2025, 6, 30))),
    ("date:2025-06..2025-01", Dated(date(2025, 1, 1), date(2025, 6, 30))),
    ("date:..2025", Dated(None, date(2025, 12, 31))),
    ("date:2025-03..", Dated(date(2025, 3, 1), None)),
    ("date:>=2025-03", Dated(date(2025, 3, 1), None)),
    ("date:>2025-03", Dated(date(2025, 4, 1), None)),
    ("date:<2025-03", Dated(None, date(2025, 2, 28))),
    ("date:<=2025-03", Dated(None, date(2025, 3, 31))),
    ("date:P3M", Dated(date(2026, 2, 28), TODAY)),
    ("date:P10D", Dated(date(2026, 5, 21), TODAY)),
    ("date:P2W", Dated(date(2026, 5, 17), TODAY)),
    ("date:P9999Y", Dated(date.min, TODAY)),
    (
        "date:(2025-01 OR 2025-03)",
        Or((Dated(date(2025, 1, 1), date(2025, 1, 31)), Dated(date(2025, 3, 1), date(2025, 3, 31)))),
    ),
    ("20250101..20250131", Dated(date(2025, 1, 1), date(2025, 1, 31))),
    ("pact 2025", And((PACT, Words("2025")))),
    ("date:none", Undated()),
    ("event:2025-05-19", Dated(date(2025, 5, 19), date(2025, 5, 19), Moment.TOLD)),
    ("event:2025-05..", Dated(date(2025, 5, 1), None, Moment.TOLD)),
    ("added:2026", Dated(date(2026, 1, 1), date(2026, 12, 31), Moment.ADDED)),
    ("has:quotes", Labelled(Label.HAS, ("quotes",))),
    ("-has:title", Not(Labelled(Label.HAS, ("title",)))),
    ("is:undated", Undated()),
    ("is:untitled", Not(Labelled(Label.HAS, ("title",)))),
    ("is:quoted", Labelled(Label.HAS, ("quotes",))),
    ("lang:en", Labelled(Label.LANGUAGE, ("en",))),
    ("lang:en-GB", Labelled(Label.LANGUAGE, ("en",))),
    ("id:007", Labelled(Label.ID, ("7",))),
]


@pytest.mark.parametrize(("typed", "tree"), OPERATORS + FIELD_VALUES)
def test_a_query_is_read_as_its_writer_meant_it(typed: str, tree: Node) -> None:
    assert parse(typed, TODAY).tree == tree


def test_the_table_has_every_field() -> None:
    tried = {typed.lstrip("-").partition(":")[0].lower() for typed, _ in FIELD_VALUES}
    assert set(FIELDS) - tried == {"sort", "group"}


@pytest.mark.parametrize(
    ("typed", "sort", "group"),
    [
        ("pact sort:newest", Sort.NEWEST, None),
        ("sort:Oldest pact", Sort.OLDEST, None),
        ("pact sort:relevance group:person", Sort.RELEVANCE, Group.PERSON),
        ("(pact -sort:newest)", Sort.NEWEST, None),
    ],
)
def test_the_order_of_results_is_no_part_of_the_tree(
    typed: str, sort: Sort | None, group: Group | None
) -> None:
    query = parse(typed)
    assert (query.tree, query.sort, query.group) == (PACT, sort, group)


@pytest.mark.parametrize(
    ("typed", "tree", "words_of_note"),
    [
        ("foo:bar", Words("foo:bar"), "no field “foo:”"),
        ("title: pact", And((Words("title"), PACT)), "right after the colon"),
        ("date:banana", Words("banana"), "takes a date"),
        ("date:2026-02-30", Words("2026-02-30"), "takes a date"),
        ("date:..", None, "takes a date"),
        ("id:x", Words("x"), "number of an article"),
        ("kind:loud", Words("loud"), "direct, mixed"),
        ("lang:english", Words("english"), "two letters"),
        ("sort:best", Words("best"), "newest, oldest"),
        ("event:summit", Words("summit"), "a date that a text tells of"),
        ("type:analysis", Words("analysis"), "sources do not say"),
        ("ab*", Words("ab"), "three or more letters"),
        ("*ation", Words("ation"), "three or more letters"),
        ("*", None, "three or more letters"),
        ("defence~2", Words("defence"), "“~”"),
        ("defence^nan", Words("defence"), "“^”"),
        ('"security partner*"', phrase("security partner"), "asterisk"),
        ("exact:neg*", Prefix("neg"), "every spelling"),
        ("pact NEAR loans", And((PACT, Words("NEAR"), LOANS)), "NEAR/5"),
        ("pact NEAR/5 -loans", And((PACT, Not(LOANS))), "between two words"),
        ("pact NEAR/5 (loans grants)", And((PACT, LOANS, GRANTS)), "between two words"),
        ("speaker:star*", Labelled(Label.SPEAKER, ("star",)), "whole"),
        ("🏴", None, "no word"),
    ],
)
def test_what_makes_no_sense_is_read_as_words_with_a_note(
    typed: str, tree: Node | None, words_of_note: str
) -> None:
    query = parse(typed)
    assert query.tree == tree
    assert any(words_of_note in note for note in query.notes)


@pytest.mark.parametrize("typed", ["pact loans", "Kallas: Europe must act", "https://example.org/a", "10:30"])
def test_plain_words_get_no_notes(typed: str) -> None:
    assert parse(typed).notes == ()


@pytest.mark.parametrize("typed", ["", "   ", '"', "“”", "- - -", "OR", "AND NOT", "!?…", "OR OR AND", ")("])
def test_nothing_to_search_for_is_no_error(typed: str) -> None:
    assert parse(typed).tree is None


def test_a_long_query_is_cut_and_says_so() -> None:
    assert "characters" in parse("a" * (MAX_QUERY_CHARACTERS + 1)).notes[0]
    query = parse("pact " * (MAX_QUERY_WORDS + 1))
    assert query.tree == And((PACT,) * MAX_QUERY_WORDS)
    assert "64 words" in query.notes[0]


def test_a_long_phrase_is_cut_at_a_word() -> None:
    query = parse('"' + "pact " * 100)
    assert query.tree == phrase(" ".join(["pact"] * MAX_QUERY_WORDS))


def test_what_grows_when_it_is_written_out_is_cut() -> None:
    """A duration is written as two dates: sixty of them would be longer than a query may be."""
    query = parse(f"date:({' OR '.join(f'P{number}D' for number in range(60))})", TODAY)
    assert len(query.canonical()) <= MAX_QUERY_CHARACTERS
    assert "characters" in query.notes[-1]


def test_notes_are_few_and_short() -> None:
    query = parse(" ".join(f"{'x' * 60}{letter}:y" for letter in "abcdefghijklm"))
    assert len(query.notes) <= 6
    assert all(len(note) < 160 for note in query.notes)


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_query_is_read_like_any_other(typed: str) -> None:
    query = parse(typed, TODAY)
    assert parse(query.canonical(), TODAY).tree == query.tree
    assert len(lex(typed[:MAX_QUERY_CHARACTERS]).tokens) <= MAX_QUERY_CHARACTERS
    assert not any(ord(character) < ord(" ") for character in query.reading())
    assert _depth(query.tree) <= 100


def test_reading_a_query_takes_no_time() -> None:
    """A millisecond or two each; the limit is for the slowest machine on its worst day."""
    begun = process_time()
    for typed in HOSTILE.values():
        parse(typed, TODAY)
    assert process_time() - begun < 0.05 * len(HOSTILE)


def _depth(tree: Node | None) -> int:
    return 1 + max((_depth(child) for child in _children(tree)), default=0)


def _children(tree: Node | None) -> Iterator[Node]:
    match tree:
        case And(children) | Or(children):
            yield from children
        case Not(child):
            yield child


def test_the_reading_is_in_plain_words() -> None:
    assert parse('(defence OR loans) "go further" -trump').reading() == (
        "(defence OR loans) AND “go further” AND NOT trump"
    )


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("pact loans OR grants", "(pact AND loans) OR grants"),
        ("title:pact", "pact in the title"),
        ("quote:“joint debt”~2", "“joint debt” with up to 2 words between in a quotation"),
        ("exact:Safe", "“Safe” in exactly this spelling"),
        ("negotiat*", "a word that begins with “negotiat”"),
        ("pact w/1 loans", "pact within 1 word of loans"),
        ("pact w/s loans", "pact in the same sentence as loans"),
        ("speaker:(starmer OR kallas)", "quoting Keir Starmer or kallas"),
        ("date:2025-03", "published in March 2025"),
        ("date:2025-03-17", "published on 17 March 2025"),
        ("date:2025", "published in 2025"),
        ("date:2025-01..2025-06-15", "published from January 2025 to 15 June 2025"),
        ("date:..2025", "published on or before 31 December 2025"),
        ("added:2025-03..", "added on or after 1 March 2025"),
        ("-is:undated has:url", "NOT without a date AND with an address on the web"),
        ("side:uk kind:direct", "quoting the UK side AND with direct quotations"),
    ],
)
def test_each_part_is_told_in_words(typed: str, reading: str) -> None:
    meanings = {(Label.SPEAKER, "starmer"): (Named("keir-starmer", "Keir Starmer"),)}
    assert parse(typed, TODAY).reading(meanings) == reading


def test_a_name_that_means_many_is_not_told_whole() -> None:
    many = tuple(Named(f"p{number}", f"Person {number}") for number in range(9))
    reading = parse("speaker:p").reading({(Label.SPEAKER, "p"): many})
    assert reading == "quoting Person 0 or Person 1 or Person 2 or 6 others"


def test_chips_are_the_parts_that_must_all_hold() -> None:
    chips = [(chip.label, chip.without) for chip in parse("pact (loans OR grants) sort:newest").chips()]
    assert chips == [
        ("pact", "loans OR grants sort:newest"),
        ("(loans OR grants)", "pact sort:newest"),
        ("newest first", "pact (loans OR grants)"),
    ]
