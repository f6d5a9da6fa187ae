"""Measuring the extractor on annotated articles: figures to read, predictions and faults to look into."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from app.evaluation.gold import GoldArticle, read_gold
from app.evaluation.same_speaker import is_pronoun
from app.evaluation.scoring import Prediction, Score, score, score_indirect
from app.extractors.quotation import Quotation, QuotationKind, QuoteExtractor

_STEP = 20  # confidences are told in steps of a twentieth


def evaluate(
    extractor: QuoteExtractor,
    gold: Path,
    *,
    predictions: Path | None = None,
    faults: Path | None = None,
    min_words: int = 1,
    indirect: bool = False,
) -> Score:
    """Run ``extractor`` over the articles of ``gold`` and compare. Raises GoldError.

    Marked quotations are compared, or with ``indirect`` the indirect speech, and nothing else.

    ``predictions`` is written with one article a line: ``{id, quotes: [{start, end, speaker_start,
    speaker_end, speaker_text, speaker_name, confidence, rule}]}``, a line of ``quotes`` for each stretch;
    ``faults`` with one fault a line.
    """
    articles = list(read_gold(gold))
    found = {article.id: _found(extractor, article, indirect=indirect) for article in articles}
    stretches = {a.id: list(_stretches(a.text, found[a.id])) for a in articles}
    result = score_indirect(articles, stretches) if indirect else score(articles, stretches, min_words)
    if predictions is not None:
        predictions.write_text("".join(_prediction_line(a, found[a.id]) for a in articles), encoding="utf-8")
    if faults is not None:
        lines = (json.dumps(asdict(fault), ensure_ascii=False) + "\n" for fault in result.faults)
        faults.write_text("".join(lines), encoding="utf-8")
    return result


def describe(result: Score) -> str:
    """The figures of a comparison as a table in plain text."""
    lines = [
        f"gold stretches {result.gold}, predicted {result.predicted}",
        "                 P      R     F1",
        f"found        {_percents(result.found_figures())}",
        f"end to end   {_percents(result.end_to_end_figures())}",
        f"right name of {result.with_speaker} found: {100 * result.name_accuracy():.1f}",
        "",
    ]
    for name, tally in sorted(result.groups.items()):
        found, named = tally.found / tally.gold, tally.named / tally.found if tally.found else 0.0
        lines.append(f"{name:<28} n {tally.gold:>4}  found {100 * found:5.1f}  right name {100 * named:5.1f}")
    lines += ["", *_calibration(result)]
    return "\n".join(lines)


def _found(extractor: QuoteExtractor, article: GoldArticle, *, indirect: bool) -> list[Quotation]:
    quotations = extractor.extract(article.text).quotations
    return [quotation for quotation in quotations if (quotation.kind is QuotationKind.INDIRECT) is indirect]


def _stretches(text: str, quotations: list[Quotation]) -> Iterator[Prediction]:
    for quotation in quotations:
        speaker = quotation.speakers[0] if quotation.speakers else None
        for span in quotation.segments:
            yield Prediction(
                span=(span.start, span.end),
                speaker=(speaker.span.start, speaker.span.end) if speaker else None,
                speaker_text=_told(text, quotation),
                name=_told_name(text, quotation),
                confidence=quotation.confidence,
            )


def _prediction_line(article: GoldArticle, quotations: list[Quotation]) -> str:
    quotes = [
        {
            "start": span.start,
            "end": span.end,
            "kind": quotation.kind,
            "confidence": quotation.confidence,
            "rule": quotation.rule,
        }
        | _speaker_fields(article.text, quotation)
        for quotation in quotations
        for span in quotation.segments
    ]
    return json.dumps({"id": article.id, "quotes": quotes}, ensure_ascii=False) + "\n"


def _speaker_fields(text: str, quotation: Quotation) -> dict[str, int | str | None]:
    if not quotation.speakers:
        return {}
    first, last = quotation.speakers[0], quotation.speakers[-1]
    return {
        "speaker_start": first.span.start,
        "speaker_end": last.span.end,
        "speaker_text": _told(text, quotation),
        "speaker_name": _told_name(text, quotation),
    }


def _told(text: str, quotation: Quotation) -> str | None:
    """The mention as printed; of co-speakers, all from the first to the last."""
    if not quotation.speakers:
        return None
    return text[quotation.speakers[0].span.start : quotation.speakers[-1].span.end]


def _told_name(text: str, quotation: Quotation) -> str | None:
    """The name to compare, as annotators tell it.

    They leave a bare role ("the president") as printed; for "they" or "it" they tell the words it stands for.
    """
    if not quotation.speakers or quotation.rule.endswith("/role"):
        return None
    speaker = quotation.speakers[0]
    if speaker.name is None and speaker.role is not None and is_pronoun(speaker.span.of(text)):
        return speaker.role.of(text)
    return speaker.name


def _percents(figures: tuple[float, float, float]) -> str:
    return "".join(f"{100 * figure:7.1f}" for figure in figures)


def _calibration(result: Score) -> Iterator[str]:
    yield "confidence   stretches   right speaker"
    steps = sorted({step for step, _ in result.calibration}, reverse=True)
    for step in steps:
        right, wrong = result.calibration[step, True], result.calibration[step, False]
        yield f"{step / _STEP:10.2f}   {right + wrong:9}   {100 * right / (right + wrong):13.1f}"
