"""The rule extractor on constructed sentences: what is quoted, and who is given as the speaker."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from app.extractors.quotation import Quotation, QuotationKind, SpeakerKind
from app.extractors.rules import RuleExtractor

D, M, F = QuotationKind.DIRECT, QuotationKind.MIXED, QuotationKind.FRAGMENT
PERSON, UNNAMED = SpeakerKind.PERSON, SpeakerKind.UNNAMED
ORGANISATION, DOCUMENT = SpeakerKind.ORGANISATION, SpeakerKind.DOCUMENT


class Found(NamedTuple):
    """One expected quotation: the words of its segments, kind, speaker's words, kind, name and role."""

    segments: tuple[str, ...]
    kind: QuotationKind
    speaker: str | None
    speaker_kind: SpeakerKind | None = None
    name: str | None = None
    role: str | None = None


def read(text: str) -> list[Found]:
    """What the extractor finds in ``text`` between marks, as words; of co-speakers the first."""
    found = []
    for quotation in quotations(text):
        speaker = quotation.speakers[0] if quotation.speakers else None
        found.append(
            Found(
                tuple(segment.of(text) for segment in quotation.segments),
                quotation.kind,
                speaker.span.of(text) if speaker else None,
                speaker.kind if speaker else None,
                speaker.name if speaker else None,
                speaker.role.of(text) if speaker and speaker.role else None,
            )
        )
    return found


def quotations(text: str) -> list[Quotation]:
    """The quotations of ``text`` that stand between marks."""
    found = RuleExtractor().extract(text).quotations
    return [quotation for quotation in found if quotation.kind is not QuotationKind.INDIRECT]


CASES: dict[str, tuple[str, list[Found]]] = {
    "who is named after the marks outdoes the colon before them": (
        "The letter also told what it said the yard owes: “Deliver both hulls by May,” the union wrote.",
        [Found(("Deliver both hulls by May,",), D, "the union", ORGANISATION, "the union")],
    ),
    "a message is its sender's": (
        "A message from Helena Brandt: “The yard stays open.”",
        [Found(("The yard stays open.",), D, "Helena Brandt", PERSON, "Helena Brandt")],
    ),
    "the author who says I is nobody named before": (
        "The review was long.\n\nWhen Helena Brandt asked, I laughed and said, “Nobody builds there.”",
        [Found(("Nobody builds there.",), D, "I", PERSON)],
    ),
    "a quotation broken by its attribution is one": (
        "“The drones are late,” Helena Brandt said. “They will arrive in May.”",
        [
            Found(
                ("The drones are late,", "They will arrive in May."),
                D,
                "Helena Brandt",
                PERSON,
                "Helena Brandt",
            )
        ],
    ),
    "a quotation broken inside its sentence is one": (
        "“The drones,” Helena Brandt said, “will arrive in May.”",
        [Found(("The drones,", "will arrive in May."), D, "Helena Brandt", PERSON, "Helena Brandt")],
    ),
    "marks left open at the end of a paragraph close with it": (
        "“The budget is small,” said Tom Hale.\n“We must spend more.\n“Nobody else will do it,” he added.",
        [
            Found(("The budget is small,",), D, "Tom Hale", PERSON, "Tom Hale"),
            Found(("We must spend more.", "Nobody else will do it,"), D, "Tom Hale", PERSON, "Tom Hale"),
        ],
    ),
    "a paragraph of marked words alone belongs to the speaker before it": (
        "“The pact is ready,” Maria Costa said.\n\n“We only need the money.”",
        [
            Found(("The pact is ready,",), D, "Maria Costa", PERSON, "Maria Costa"),
            Found(("We only need the money.",), D, "Maria Costa", PERSON, "Maria Costa"),
        ],
    ),
    "a colon at the end of a paragraph announces the next one": (
        "Maria Costa wrote to the committee:\n\n“We only need the money to build the frigates.”",
        [Found(("We only need the money to build the frigates.",), D, "Maria Costa", PERSON, "Maria Costa")],
    ),
    "a pronoun means the subject whose sex fits, not the object": (
        "Anna Kowalska met Peter Lund in Gdańsk on Monday. “The corridor is open,” she said.",
        [Found(("The corridor is open,",), D, "she", PERSON, "Anna Kowalska")],
    ),
    "a pronoun with nobody of its sex stays without a name": (
        "Peter Lund arrived in Gdańsk on Monday. “The corridor is open,” she said.",
        [Found(("The corridor is open,",), D, "she", PERSON, None)],
    ),
    "a clause that follows with but is no attribution": (
        "Ruth Meyer said the navy had no “credible escort force”, but he disagreed with her.",
        [Found(("credible escort force",), F, "Ruth Meyer", PERSON, "Ruth Meyer")],
    ),
    "an apposition stands between the speaker and the verb": (
        "Ines Duarte, a procurement director at the Atlantic Agency, said: “Shells come first.”",
        [
            Found(
                ("Shells come first.",),
                D,
                "Ines Duarte",
                PERSON,
                "Ines Duarte",
                "a procurement director at the Atlantic Agency",
            )
        ],
    ),
    "a relative clause stands between the speaker and the verb": (
        "Ines Duarte, who led the talks in Lisbon for Portugal, said: “Shells come first.”",
        [Found(("Shells come first.",), D, "Ines Duarte", PERSON, "Ines Duarte")],
    ),
    "a long role with its own preposition stands before the name": (
        "“We will join,” Secretary of State for Maritime Security Nora Whitfield said.",
        [
            Found(
                ("We will join,",),
                D,
                "Secretary of State for Maritime Security Nora Whitfield",
                PERSON,
                "Nora Whitfield",
                "Secretary of State for Maritime Security",
            )
        ],
    ),
    "a role alone is resolved by the article's own wording": (
        "Defence Minister Erik Solberg landed in Leith. “The yard is busy,” the defence minister said.",
        [
            Found(
                ("The yard is busy,",),
                D,
                "the defence minister",
                PERSON,
                "Erik Solberg",
                "Defence Minister",
            )
        ],
    ),
    "a role that the article gives nobody names nobody": (
        "“The yard is busy,” the defence minister said.",
        [Found(("The yard is busy,",), D, "the defence minister", UNNAMED)],
    ),
    "a vice-president is not the president": (
        "Vice President Erik Solberg landed in Leith. “The yard is busy,” the president said.",
        [Found(("The yard is busy,",), D, "the president", UNNAMED)],
    ),
    "an unnamed source keeps the whole phrase": (
        "“The offer was too high,” said one diplomat familiar with the negotiations.",
        [Found(("The offer was too high,",), D, "one diplomat familiar with the negotiations", UNNAMED)],
    ),
    "an unnamed source before the verb keeps the whole phrase": (
        "A person briefed on the fund said: “Nobody has signed.”",
        [Found(("Nobody has signed.",), D, "A person briefed on the fund", UNNAMED)],
    ),
    "a spokesman speaks, not the one he speaks for": (
        "A spokesman for Helena Brandt said: “The talks go on.”",
        [Found(("The talks go on.",), D, "A spokesman for Helena Brandt", UNNAMED)],
    ),
    "a named spokeswoman speaks": (
        "“The talks go on,” said Commission spokeswoman Petra Vidal.",
        [
            Found(
                ("The talks go on,",),
                D,
                "Commission spokeswoman Petra Vidal",
                PERSON,
                "Petra Vidal",
                "Commission spokeswoman",
            )
        ],
    ),
    "a verb before its speaker": (
        "“The yard is busy,” said Will Marsh, a professor of naval history.",
        [
            Found(
                ("The yard is busy,",),
                D,
                "Will Marsh",
                PERSON,
                "Will Marsh",
                "a professor of naval history",
            )
        ],
    ),
    "the nearest governing verb has the words": (
        "Tom Hale said that Maria Costa once called the fund “a toll gate”.",
        [Found(("a toll gate",), F, "Maria Costa", PERSON, "Maria Costa")],
    ),
    "the report is a noun after a determiner": (
        "“The stocks are low,” according to the report.",
        [Found(("The stocks are low,",), D, "the report", DOCUMENT)],
    ),
    "a document speaks": (
        "The audit warned that stocks were “close to exhaustion”.",
        [Found(("close to exhaustion",), F, "The audit", DOCUMENT)],
    ),
    "marks within marks open nothing": (
        "\"They call it a 'coalition of the slow,' \" Tom Hale said.",
        [Found(("They call it a 'coalition of the slow,'",), D, "Tom Hale", PERSON, "Tom Hale")],
    ),
    "double marks within double marks open nothing": (
        "“They call it a “slow coalition” here,” Tom Hale said.",
        [Found(("They call it a “slow coalition” here,",), D, "Tom Hale", PERSON, "Tom Hale")],
    ),
    "single marks in the British manner": (
        "‘The workers’ yard is full,’ Tom Hale said. ‘It can’t take more.’",
        [Found(("The workers’ yard is full,", "It can’t take more."), D, "Tom Hale", PERSON, "Tom Hale")],
    ),
    "straight single marks in the British manner": (
        "Tom Hale called the workers' offer 'hopeless'.",
        [Found(("hopeless",), F, "Tom Hale", PERSON, "Tom Hale")],
    ),
    "doubled apostrophes are marks": (
        "''The yard is full,'' Tom Hale said.",
        [Found(("The yard is full,",), D, "Tom Hale", PERSON, "Tom Hale")],
    ),
    "guillemets are marks": (
        "« The yard is full », Tom Hale said.",
        [Found(("The yard is full",), D, "Tom Hale", PERSON, "Tom Hale")],
    ),
    "low and high marks are a pair": (
        "„The yard is full“, Tom Hale said.",
        [Found(("The yard is full",), D, "Tom Hale", PERSON, "Tom Hale")],
    ),
    "a mixed pair is a pair": (
        'Tom Hale called it "hopelessly late”.',
        [Found(("hopelessly late",), F, "Tom Hale", PERSON, "Tom Hale")],
    ),
    "a signature after a dash names the speaker": (
        "“The yard is full and we are proud of it.” — Nora Whitfield",
        [Found(("The yard is full and we are proud of it.",), D, "Nora Whitfield", PERSON, "Nora Whitfield")],
    ),
    "a name with a colon speaks": (
        "Nora Whitfield: “The yard is full.”",
        [Found(("The yard is full.",), D, "Nora Whitfield", PERSON, "Nora Whitfield")],
    ),
    "a headline with a colon has a speaker": (
        "Whitfield: yard is ‘hopelessly full’\n\nNora Whitfield, the yard's director, spoke in Leith.",
        [
            Found(
                ("hopelessly full",),
                F,
                "Whitfield",
                PERSON,
                "Nora Whitfield",
                "the yard's director",
            )
        ],
    ),
    "who was asked does not speak": (
        "Nora Whitfield was asked about the yard. Tom Hale said: “It is full.”",
        [Found(("It is full.",), D, "Tom Hale", PERSON, "Tom Hale")],
    ),
    "a participle has the subject of its main clause": (
        "Nora Whitfield praised the accord in Leith, adding: “Now we build.”",
        [Found(("Now we build.",), D, "Nora Whitfield", PERSON, "Nora Whitfield")],
    ),
    "a participle with its own subject": (
        "The talks ended with Tom Hale calling them “a waste”.",
        [Found(("a waste",), F, "Tom Hale", PERSON, "Tom Hale")],
    ),
    "a misspelt surname is the one a letter away": (
        "Nora Whitfield spoke in Leith. “It is full,” Whitfeild said.",
        [Found(("It is full,",), D, "Whitfeild", PERSON, "Nora Whitfield")],
    ),
    "the title of a work is nobody's words": (
        "She studied the paper “Ships for the North Sea” in Leith.",
        [],
    ),
    "a word held at arm's length is nobody's words": (
        "The so-called “tanks” were lorries.",
        [],
    ),
    "an organisation speaks": (
        "Norway called the toll “unworkable”.",
        [Found(("unworkable",), F, "Norway", ORGANISATION, "Norway")],
    ),
    "particles belong to the name": (
        "Lotte van der Meulen spoke in Leith. “It is full,” van der Meulen said.",
        [Found(("It is full,",), D, "van der Meulen", PERSON, "Lotte van der Meulen")],
    ),
    "diacritics and hyphens belong to the name": (
        "Nela Dvořáková-Smith spoke in Leith. “It is full,” said Dvořáková-Smith.",
        [Found(("It is full,",), D, "Dvořáková-Smith", PERSON, "Nela Dvořáková-Smith")],
    ),
    "a title stands for the surname": (
        "Sir Oliver Penhale chairs the yard. “It is full,” Sir Oliver said.",
        [Found(("It is full,",), D, "Sir Oliver", PERSON, "Oliver Penhale")],
    ),
    "a baroness is found by her surname": (
        "Baroness Agnes Trelawny chairs the yard. “It is full,” Baroness Trelawny said.",
        [Found(("It is full,",), D, "Baroness Trelawny", PERSON, "Agnes Trelawny")],
    ),
    "a pronoun that could mean either of two names neither": (
        "The letter was signed by Anna Kowalska and by Petra Vidal. “The corridor is open,” she said.",
        [Found(("The corridor is open,",), D, "she", PERSON, None)],
    ),
    "a pronoun after an unnamed official is that official": (
        "Peter Lund left early. A senior official called the mood “sombre”. He added: “Nobody signed.”",
        [
            Found(("sombre",), F, "A senior official", UNNAMED),
            Found(("Nobody signed.",), D, "He", UNNAMED),
        ],
    ),
    "a script names its speaker in capitals": (
        "Tom Hale spoke in Leith.\n\n“HALE: Well, the yard is full.”",
        [Found(("HALE: Well, the yard is full.",), D, "HALE", PERSON, "Tom Hale")],
    ),
    "a so-called thing is nobody's words": (
        "Tom Hale praised the so-called “northern arc”.",
        [],
    ),
    "a title before a title belongs to the name": (
        "The former chief of staff General Lord Danbury said the army was “cut to the bone”.",
        [
            Found(
                ("cut to the bone",),
                F,
                "The former chief of staff General Lord Danbury",
                PERSON,
                "Danbury",
            )
        ],
    ),
    "an aide to a named person is not that person": (
        "Tom Hale spoke in Leith. “It is full,” said an aide to President Tom Hale.",
        [Found(("It is full,",), D, "an aide to President Tom Hale", UNNAMED)],
    ),
    "a name in apposition to a role is the speaker": (
        "“It is full,” said the Baltic envoy, Kadri Tamm, in Leith.",
        [Found(("It is full,",), D, "Kadri Tamm", PERSON, "Kadri Tamm", "the Baltic envoy")],
    ),
    "a relative clause about a country gives the country its words": (
        "Officials say that tensions remain with Norway, which wants the toll lifted “at once”.",
        [Found(("at once",), F, "Norway", ORGANISATION, "Norway")],
    ),
    "both of two bodies speak": (
        "Tom Hale noted that both the EU and the UK had voiced support for “a single yard”.",
        [Found(("a single yard",), F, "the EU", ORGANISATION, "the EU")],
    ),
    "an attribution at the end of its sentence outdoes an act": (
        "The yard made “a costly error” in its books, Tom Hale has said.",
        [Found(("a costly error",), F, "Tom Hale", PERSON, "Tom Hale")],
    ),
    "a quotation with as before its speaker": (
        "“The ball is in their court,” as one envoy put it.",
        [Found(("The ball is in their court,",), D, "one envoy", UNNAMED)],
    ),
    "an official's own verb outdoes the one before": (
        "“It is full,” one envoy insisted, while a senior official described the offer as “absurd”.",
        [
            Found(("It is full,",), D, "one envoy", UNNAMED),
            Found(("absurd",), F, "a senior official", UNNAMED),
        ],
    ),
    "the words of somebody are that one's": (
        "In the words of one envoy, “the mood in Leith has changed”.",
        [Found(("the mood in Leith has changed",), M, "one envoy", UNNAMED)],
    ),
    "a dateline is no subject": (
        "LEITH (Agency) - Nora Whitfield opened the yard, saying: “Now we build.”",
        [Found(("Now we build.",), D, "Nora Whitfield", PERSON, "Nora Whitfield")],
    ),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.replace(" ", "-"))
def test_reads_a_constructed_case(case: str) -> None:
    """Each constructed sentence gives exactly the quotations, speakers, names and roles beside it."""
    text, expected = CASES[case]
    blank = [
        found._replace(role=None) if not wanted.role else found
        for found, wanted in zip(read(text), expected, strict=False)
    ]
    assert blank + read(text)[len(expected) :] == expected


def test_the_rule_says_when_a_name_came_from_a_role() -> None:
    """A speaker resolved through the article's own title is flagged in the rule's name."""
    text = "Defence Minister Erik Solberg landed in Leith. “The yard is busy,” the minister said."
    (quotation,) = quotations(text)
    assert quotation.rule.endswith("/role")
    assert [speaker.name for speaker in quotation.speakers] == ["Erik Solberg"]


def test_two_people_of_one_surname_stay_unresolved() -> None:
    """A bare surname that two people of the article bear names neither of them."""
    text = "Nora Hale and Tom Hale spoke in Leith. “It is full,” Hale said."
    (quotation,) = quotations(text)
    assert [speaker.name for speaker in quotation.speakers] == [None]
    assert quotation.rule.endswith("/ambiguous")


def test_the_cue_is_the_reporting_word() -> None:
    """The cue's span holds the verb that gives the words to their speaker."""
    text = "“It is full,” Tom Hale confirmed."
    (quotation,) = quotations(text)
    assert quotation.cue is not None
    assert quotation.cue.of(text) == "confirmed"


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        (
            "“We will build it together,” Nora Whitfield and Erik Solberg said in a joint statement.",
            [("Nora Whitfield", "Nora Whitfield"), ("Erik Solberg", "Erik Solberg")],
        ),
        (
            "Nora Whitfield met Erik Solberg. “We will build it together,” said Whitfield and Solberg.",
            [("Whitfield", "Nora Whitfield"), ("Solberg", "Erik Solberg")],
        ),
        (
            "Nora Whitfield, Erik Solberg and Maria Costa said: “We will build it together.”",
            [
                ("Nora Whitfield", "Nora Whitfield"),
                ("Erik Solberg", "Erik Solberg"),
                ("Maria Costa", "Maria Costa"),
            ],
        ),
        (
            "“We will build it together,” said Nora Whitfield and her Norwegian counterpart Erik Solberg.",
            [
                ("Nora Whitfield", "Nora Whitfield"),
                ("her Norwegian counterpart Erik Solberg", "Erik Solberg"),
            ],
        ),
        (
            "The prime minister and the chancellor said: “We will build it together.”",
            [("The prime minister", None), ("the chancellor", None)],
        ),
    ],
)
def test_co_speakers_are_each_a_speaker(text: str, speakers: list[tuple[str, str | None]]) -> None:
    """Each of several who speak together has a mention and a name of their own, in the order of the text."""
    (quotation,) = quotations(text)
    assert [(speaker.span.of(text), speaker.name) for speaker in quotation.speakers] == speakers


@pytest.mark.parametrize(
    ("text", "affiliation"),
    [
        ("“The talks go on,” said a spokesman for the ministry.", "the ministry"),
        ("A spokeswoman for Helena Brandt said: “The talks go on.”", "Helena Brandt"),
        ("“The talks go on,” said Commission spokesperson Petra Vidal.", "Commission"),
        ("“The talks go on,” the admiral’s official spokesman said.", "the admiral"),
        ("“The talks go on,” said Petra Vidal, a spokeswoman for the navy.", "the navy"),
        ("“The talks go on,” said a spokesman.", None),
        ("“The talks go on,” said Petra Vidal.", None),
    ],
)
def test_a_spokesperson_speaks_for_somebody(text: str, affiliation: str | None) -> None:
    """For whom a spokesperson speaks is kept apart from who speaks."""
    (quotation,) = quotations(text)
    (speaker,) = quotation.speakers
    assert (speaker.affiliation.of(text) if speaker.affiliation else None) == affiliation


@pytest.mark.parametrize(
    ("text", "is_announced"),
    [
        ("Tom Hale is expected to say: “We build.”", True),
        ("Tom Hale is due to tell the yard that it is “the best of the north”.", True),
        ("“We build now,” Tom Hale will say on Monday.", True),
        ("Tom Hale will also argue that the yard is “the best of the north”.", True),
        ("Tom Hale will open the yard on Monday, saying: “We build.”", True),
        ("Tom Hale was set to announce “a new yard for the north”.", True),
        ("“We build now,” Tom Hale said.", False),
        ("Tom Hale opened the yard, saying: “We build.”", False),
        ("Tom Hale said the yard will be “the best of the north”.", False),
    ],
)
def test_words_yet_to_be_said_are_announced(text: str, *, is_announced: bool) -> None:
    """What somebody is expected to say, is due to say or will say has not been said."""
    (quotation,) = quotations(text)
    assert quotation.is_announced is is_announced


def test_a_headline_is_kept_apart_from_the_body() -> None:
    """A quotation of the headline is marked as such, one of the body is not."""
    text = "Whitfield: yard is ‘full’\n\nNora Whitfield said the yard was “full”."
    assert [quotation.in_headline for quotation in quotations(text)] == [True, False]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("She studied the paper “Ships for the North Sea” in Leith.", "title of a work"),
        ("Tom Hale praised the so-called “northern arc”.", "so-called"),
        ("The “tanks” were lorries.", "a word or two held at arm's length"),
        ("Robert “Bob” Hale opened the yard.", "nickname"),
    ],
)
def test_what_is_rejected_has_a_reason(text: str, reason: str) -> None:
    """Marks that hold nobody's words are listed with the reason."""
    findings = RuleExtractor().extract(text)
    assert [rejection.reason for rejection in findings.rejections] == [reason]
    assert all(quotation.kind is QuotationKind.INDIRECT for quotation in findings.quotations)


def test_a_fragment_has_fewer_than_five_words() -> None:
    """Marked words within the reporter's sentence are mixed from five words on."""
    text = "Tom Hale said the yard was “full” and “could not take one more hull”."
    assert [quotation.kind for quotation in quotations(text)] == [QuotationKind.FRAGMENT, QuotationKind.MIXED]


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        (
            "Nora Whitfield deplored the delay and decried what she called “a wall of paper”.",
            ("a wall of paper",),
        ),
        ("The union said that the yard was unsafe and decried what it called “a trap”.", ("a trap",)),
    ],
)
def test_a_pronoun_in_its_own_sentence_is_the_subject(text: str, segments: tuple[str, ...]) -> None:
    """In "what it called", it is the subject of the sentence."""
    (quotation,) = quotations(text)
    (speaker,) = quotation.speakers
    assert tuple(segment.of(text) for segment in quotation.segments) == segments
    assert speaker.name in ("Nora Whitfield", "The union")


def test_a_pronoun_for_nobody_named_has_the_description_as_its_role() -> None:
    """An "it" for a report stays without a name; what it stands for is the role."""
    text = "The audit warned that stocks were “close to exhaustion”.\n\n“Nobody counted,” it added."
    *_, last = quotations(text)
    (speaker,) = last.speakers
    assert speaker.name is None
    assert speaker.role is not None
    assert speaker.role.of(text) == "The audit"


def test_a_headline_in_title_case_may_close_with_a_full_stop() -> None:
    """Capitals throughout make a first line the headline, whatever its last sign."""
    text = "Minister Calls Northern Yard ‘Hopeless’ After Second Strike.\n\nNora Whitfield spoke in Leith."
    (quotation,) = quotations(text)
    assert quotation.in_headline
