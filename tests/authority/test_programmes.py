"""Programmes are tagged by case and context: SAFE the fund and safe the word, EDF and EDF."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.authority.programme_register import ProgrammeRegister
from app.authority.programmes import programme_for_query, tag_programmes
from app.resources import resource_folder


def tags(text: str, register: ProgrammeRegister) -> list[tuple[str, str]]:
    return [(mention.slug, mention.form) for mention in tag_programmes(text, register)]


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("Ministers agreed to open SAFE to partners.", ["SAFE"]),
        ("SAFE is open to partners.", ["SAFE"]),
        ("SAFE-funded drones, non-SAFE money", ["SAFE", "SAFE"]),
        ("London hopes to join Safe this year.", ["Safe"]),
        ("Talks on Safe broke down.", ["Safe"]),
        ("Safe loans run for decades.", ["Safe loans"]),
        ("Safe is paid for by EU borrowing.", ["Safe"]),
        ("Europe’s Safe scheme is oversubscribed.", ["Safe"]),
        ("The so-called “Safe” fund pays out.", ["Safe"]),
        ("London Seeks Way Into Safe Fund", ["Safe"]),
        ("Under Security Action for Europe (Safe) money is lent.", ["Security Action for Europe", "Safe"]),
        ("security action for europe", ["security action for europe"]),
        ("SAFE FUND OPENS TO LONDON", ["SAFE FUND"]),
        ("CANADA JOINS SAFE, OPENING DEFENCE LOANS", ["SAFE"]),
        ("SAFE STREETS FOR ALL, said the banner.", []),
        ("The streets are safe again.", []),
        ("Safe streets matter to voters.", []),
        ("Safe and sound, EU leaders flew home.", []),
        ("“Safe passage was promised,” he said.", []),
        ("He said: “Safe roads are a duty.”", []),
        ("How to Keep Europe’s Seas Safe in Winter", []),
        ("Keeping Europe Safe from Drones", []),
        ("KEEP OUR CITIES SAFE", []),
        ("It signed the Safe Schools Declaration.", []),
        ("A fail-safe and a Fail-Safe switch", []),
        ("The start-up sold a SAFE note to investors.", []),
        ("Move it to a safe haven.", []),
        ("unsafe, Safety, SAFETY, Safer", []),
    ],
)
def test_safe_the_fund_is_told_from_safe_the_word(
    programmes: ProgrammeRegister, text: str, forms: list[str]
) -> None:
    """Capitals always count, "Safe" inside a sentence or beside a telling word, "safe" never."""
    assert tags(text, programmes) == [("safe", form) for form in forms]


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("The EDF pays for defence research.", ["edf"]),
        ("The European Defense Fund grew. Later the EDF shrank.", ["edf", "edf"]),
        ("EDF runs a nuclear reactor for the Ministry of Defence.", []),
        ("EDF Energy raised prices.", []),
        ("EDF reported a profit.", []),
        ("The E3 leaders spoke about Iran.", ["e3"]),
        ("A game shown at the E3 expo in Germany", []),
        ("He lives in E3.", []),
        ("The EPC summit gathered leaders.", ["epc"]),
        ("The EPC contract for the plant was signed by leaders.", []),
        ("MEPs and MPs met in the PPA.", ["ppa"]),
        ("A solar PPA was signed by MPs.", []),
        ("The SDP with London will be broad.", ["uk-eu-sdp"]),
        ("The SDP lost votes.", []),
        ("The SDR asks for more defence spending.", ["sdr-2025"]),
        ("The IMF review cut its SDR lending.", []),
        ("He paid by CARD.", []),
        ("The EDA runs CARD each year.", ["card"]),
        ("EPF money for Ukraine", ["epf"]),
        ("the UK’s TCA with Brussels", ["tca"]),
        ("The coalition of the willing met in Kyiv.", ["coalition-of-the-willing"]),
        ("Bush’s coalition of the willing in Iraq", []),
        ("The UK-led Jef exercised in the Baltic.", ["jef"]),
        ("His brother Jef slept.", []),
        ("The Combined Joint Expeditionary Force exercised.", []),
        ("GIGO, as programmers say", []),
        ("The Tempest fighter will fly.", ["gcap"]),
        ("Tempest hits coast", []),
        ("The European Defence Industrial Strategy is not London’s.", []),
        ("Healey launched a Defence Industrial Strategy.", ["dis-2025"]),
        ("The 1998 Strategic Defence Review", []),
        ("A security and defence partnership with the UK", ["uk-eu-sdp"]),
        ("A security and defence partnership with Japan, as with the UK", []),
        ("A security and defence partnership is a dry phrase.", []),
        ("The Euro-Atlantic Partnership Council met the British envoy.", []),
        ("the EU-UK Partnership Council", ["partnership-council"]),
        ("We need it ASAP.", []),
    ],
)
def test_an_ambiguous_name_needs_words_that_speak_for_it(
    programmes: ProgrammeRegister, text: str, slugs: list[str]
) -> None:
    """The sentence around an acronym decides, unless the text has named the programme before."""
    assert [mention.slug for mention in tag_programmes(text, programmes)] == slugs


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("The EDA, the Economic Development Administration in Washington, paid.", []),
        ("Old planes came as Excess Defense Articles (EDA). The EDA urged haste on capability.", []),
        ("the National Association of Theatre Owners (NATO) and Nato", []),
        ("a Green City Action Plan, or GCAP, for buses", []),
        ("CFSP (customs freight simplified procedures)", []),
        ("the European Defence Agency (EDA). The EDA urged haste.", ["eda", "eda", "eda"]),
        ("EDA, the European Defense Agency, and EDA officials in the EU", ["eda", "eda", "eda"]),
        ("GCAP, the Global Combat Aircraft Programme", ["gcap"]),  # a name misremembered
        ("EDIP, the European Defence Industrial Programme", ["edip"]),
        ("the alliance (NATO) and the many (PESCO)", ["nato", "pesco"]),
    ],
)
def test_an_acronym_that_the_text_explains_otherwise_is_no_programme(
    programmes: ProgrammeRegister, text: str, slugs: list[str]
) -> None:
    """And then it is none anywhere in that text, unless its words are the programme's own, more or less."""
    assert [mention.slug for mention in tag_programmes(text, programmes)] == slugs


@pytest.mark.parametrize(
    ("text", "tagged"),
    [
        ("NATO, Nato and nato", [("nato", "NATO"), ("nato", "Nato")]),
        ("Nato’s chief; non-NATO allies", [("nato", "Nato"), ("nato", "NATO")]),
        ("North Atlantic Treaty Organisation", [("nato", "North Atlantic Treaty Organisation")]),
        ("Global Combat Air Program (GCAP)", [("gcap", "Global Combat Air Program"), ("gcap", "GCAP")]),
        ("the GCAP Agency", [("gigo", "GCAP Agency")]),
        ("EU–UK Security & Defense Partnership", [("uk-eu-sdp", "EU–UK Security & Defense Partnership")]),
        ("a U.K.-EU defence pact", [("uk-eu-sdp", "U.K.-EU defence pact")]),
        ("EU-UK Trade and\nCooperation Agreement", [("tca", "EU-UK Trade and\nCooperation Agreement")]),
        ("Permanent Structured Co-operation", [("pesco", "Permanent Structured Co-operation")]),
        ("UK-EU TRADE AND CO-OPERATION AGREEMENT", [("tca", "UK-EU TRADE AND CO-OPERATION AGREEMENT")]),
        ("PESCO and Pesco", [("pesco", "PESCO"), ("pesco", "Pesco")]),
        (
            "a €90bn loan, a €90 billion loan",
            [("ukraine-loan-2026-27", "€90bn loan"), ("ukraine-loan-2026-27", "€90 billion loan")],
        ),
        (
            "White Paper for European Defence – Readiness 2030",
            [("white-paper-2025", "White Paper for European Defence – Readiness 2030")],
        ),
        ("Readiness 2030", [("rearm-europe", "Readiness 2030")]),
        ("Weimar+ met.", [("weimar-plus", "Weimar+")]),
        ("Aukus", [("aukus", "Aukus")]),
        ("", []),
    ],
)
def test_acronym_expansion_and_spellings_are_one_programme(
    programmes: ProgrammeRegister, text: str, tagged: list[tuple[str, str]]
) -> None:
    """British and American spelling count alike, and of overlapping forms the longest."""
    assert tags(text, programmes) == tagged


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("SAFE", "safe"),
        ("Safe", None),
        ("safe", None),
        ("security action for europe", "safe"),
        ("EDF", "edf"),
        ("edf", None),
        ("european defense fund", "edf"),
        ("European Defence Fund", "edf"),
        ("  permanent   structured cooperation ", "pesco"),
        ("global combat air program", "gcap"),
        ("uk-eu security & defense partnership", "uk-eu-sdp"),
        ("EU–UK security and defence partnership", "uk-eu-sdp"),
        ("organisation conjointe de cooperation en matiere d’armement", "occar"),
        ("AUKUS", "aukus"),
        ("defence", None),
        ("", None),
    ],
)
def test_a_typed_query_names_a_programme_only_when_it_is_its_name(
    programmes: ProgrammeRegister, typed: str, slug: str | None
) -> None:
    """An acronym counts in its own case, a full name in any case and spelling."""
    assert programme_for_query(typed, programmes) == slug


_SHIPPED = ProgrammeRegister.load(resource_folder("seeds") / "programmes.json")
pieces = st.sampled_from(
    [
        "SAFE",
        "Safe",
        "safe",
        " ",
        ". ",
        "\n",
        "“",
        "”",
        "fund",
        "EDF",
        "U.K.",
        "EU-UK ",
        "Defence",
        "€90bn loan",
        "-",
        "Nato",
    ]
)


@given(st.lists(pieces | st.text(max_size=5)).map("".join))
def test_tagging_fails_on_no_text_and_its_offsets_are_true(text: str) -> None:
    """Each mention's form is what stands in the text, in order and apart."""
    mentions = tag_programmes(text, _SHIPPED)
    assert all(text[one.start : one.end] == one.form for one in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))


@given(st.text(max_size=60))
def test_any_typed_text_gets_an_answer(typed: str) -> None:
    """A query is never refused."""
    assert programme_for_query(typed, _SHIPPED) is None or typed.strip()


@pytest.mark.parametrize("unit", ["SAFE ", "Safe. ", "EDF ", ".", "“", "U.K.", "A", "\n", "[Safe] "])
def test_a_long_text_costs_no_more_than_its_length(programmes: ProgrammeRegister, unit: str) -> None:
    """Texts made to be slow end soon; a cost that grew with the square of the length would not."""
    assert len(tag_programmes(unit * 40_000, programmes)) in (0, 40_000)
