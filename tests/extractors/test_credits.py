"""Whom a text credits with its news: by rules at the name, never by a name alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.extractors.credits import credits_of


def chain(text: str, publisher: str | None = None) -> list[tuple[str, str, str]]:
    return [(one.role.value, one.name, one.rule) for one in credits_of(text, publisher)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "According to Rokna, citing The Guardian, a visit is planned.",
            [("via", "Rokna", "according-to"), ("origin", "The Guardian", "citing")],
        ),
        (
            "Tass reported on Friday, citing the Financial Times, that talks had ended.",
            [("via", "TASS", "reports"), ("origin", "Financial Times", "citing")],
        ),
        (
            "Talks have ended, the FT, as quoted by Reuters, wrote.",
            [("origin", "Financial Times", "cited-by"), ("via", "Reuters", "cited-by")],
        ),
        ("A third frigate will be ordered, Reuters reports.", [("origin", "Reuters", "reports")]),
        (
            "The plan, first reported by the FT, has no date.",
            [("origin", "Financial Times", "first-reported")],
        ),
        ("As first reported in Le Monde, Paris said no.", [("origin", "Le Monde", "first-reported")]),
        ("Politico was the first to report the delay.", [("origin", "Politico", "first-reported")]),
        ("BRUSSELS (Reuters) - Ministers met on Monday.", [("origin", "Reuters", "dateline")]),
        ("WARSAW, March 4 (AFP) – Ministers met.", [("origin", "Agence France-Presse", "dateline")]),
        ("Ministers met. (dpa)", [("origin", "Deutsche Presse-Agentur", "sign-off")]),
        ("Ministers met.\n\nSource: Ukrinform", [("origin", "Ukrinform", "source-line")]),
        ("He told the BBC that he was tired.", [("origin", "BBC", "told")]),
        ("She told the BBC’s Newsnight programme so.", [("origin", "BBC", "told")]),
        ("In an interview with Der Spiegel he said no.", [("origin", "Der Spiegel", "report-in")]),
        ("Documents seen by the Guardian show a gap.", [("origin", "The Guardian", "as-reported-by")]),
        ("The Times understands that the price has doubled.", [("origin", "The Times", "reports")]),
        ("Additional reporting by Euractiv.", [("origin", "Euractiv", "reporting-by")]),
        ("A report in The Sunday Times put it at £2bn.", [("origin", "The Times", "report-in")]),
        ("Bloomberg reported, citing officials, that it was late.", [("origin", "Bloomberg", "reports")]),
    ],
)
def test_a_credit_says_who_had_the_news_and_who_passed_it_on(
    text: str, told: list[tuple[str, str, str]]
) -> None:
    assert chain(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "According to Procaccini, imports rose by 81 per cent.",
        "According to the same source, France said no.",
        "Citing a lack of money, the minister resigned.",
        "The sun said goodbye; the times have changed.",
        "Times reported for 400 metres were slow.",
        "The Guardian Angels reported a theft.",
        "The BBC said it would cut 500 jobs.",
        "Reuters could not verify the footage.",
        "He sued the Guardian and lost.",
        "The BBC’s chairman resigned.",
        "Fars, a province, reported floods in the Guardianship.",
        "An ERRor was reported by APs and the PAsture.",
        "Kyiv Independent-minded voters told pollsters so.",
        "A man (Reuters’ correspondent) was hurt.",
        "",
    ],
)
def test_nothing_is_credited_without_words_that_do(text: str) -> None:
    """People, unnamed sources, words that look like a name, and what an organisation says of itself."""
    assert chain(text) == []


def test_the_publisher_is_no_credit_of_its_own() -> None:
    """It passes on what it cites; its own name in the text says nothing new."""
    text = "According to Rokna, citing The Guardian, a visit is planned. The minister told the Guardian so."
    assert chain(text, "Rokna") == [("origin", "The Guardian", "citing")]
    assert chain("He told the Guardian so.", "The Guardian") == []


def test_a_chain_does_not_go_over_the_end_of_a_sentence() -> None:
    text = "Reuters reported the visit. Critics, citing The Guardian, were doubtful."
    assert chain(text) == [("origin", "Reuters", "reports"), ("origin", "The Guardian", "citing")]


def test_the_words_of_a_credit_stand_in_the_text() -> None:
    text = "Nobody knew. According to Rokna, citing The Guardian, a visit is planned."
    words = [text[one.start : one.end] for one in credits_of(text)]
    assert words == ["According to Rokna", "citing The Guardian"]


pieces = st.sampled_from(
    [
        "Reuters",
        "the ",
        "The Guardian",
        " reported",
        ", citing ",
        "(AFP)",
        " – ",
        ". ",
        "told ",
        "\n",
        "’s",
        "Source: ",
    ]
)


@given(st.lists(pieces | st.text(max_size=4)).map("".join))
def test_any_text_has_credits_within_it(text: str) -> None:
    for credit in credits_of(text):
        assert 0 <= credit.start < credit.end <= len(text)


@pytest.mark.parametrize("unit", ["Reuters ", "told ", "(AFP", "according to ", "citing Reuters, "])
def test_a_long_text_costs_no_more_than_its_length(unit: str) -> None:
    assert len(credits_of(unit * 30_000)) <= 1
