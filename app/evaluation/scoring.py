"""Comparing what an extractor found with what annotators marked.

What is compared are stretches between quotation marks, one for each pair of marks and paragraph. Stretches
that the annotators gave to nobody (scare quotes, titles) are not gold: finding one is a fault. Neither hit
nor fault are stretches that look like titles within other gold, and those shorter than a minimum.
Matching is one to one at an overlap (intersection over union) of at least one half. A speaker is right if
the name is, see ``same_speaker``; where annotators could not resolve a name, if the mention is the gold's.

Indirect speech is compared by itself: whole contents that a verb of saying governs. Contents under another
verb, and those with marked words in them, are neither hit nor fault; what is found counts unless marks stand
around most of it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.evaluation.gold import GoldArticle, GoldQuote, Stretch
from app.evaluation.same_speaker import head_span, is_pronoun, same_speaker

_EDGES = " \t\n\r\xa0\"“”„«»'‘’`.,;:!?…-—–[]()"
_WORD = re.compile(r"\w+(?:[’'\-.]\w+)*")
_HALF = 0.5
_SAYING = re.compile(
    r"\b(?:sa(?:y|ys|id|ying)|t(?:ell|ells|old|elling)|add(?:s|ed|ing)?|according|wr(?:ite|ites|ote)|asked"
    r"|den(?:y|ies|ied)|testified|admit(?:s|ted)?|(?:acknowledg|announc|argu|conced|conclud|continu|declar"
    r"|emphasi[sz]|indicat|not|promis|reiterat|stat|urg)(?:e|es|ed)|(?:assert|claim|complain|confirm|contend"
    r"|explain|insist|maintain|predict|recall|report|reveal|stress|suggest|tweet|vow|warn)(?:s|ed)?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Prediction:
    """A found stretch with its speaker: where the mention stands, its words, the resolved name."""

    span: Stretch
    speaker: Stretch | None = None
    speaker_text: str | None = None
    name: str | None = None
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Fault:
    """A stretch missed, found without cause, or given to the wrong speaker."""

    kind: str
    article: str
    span: Stretch
    text: str
    gold_name: str | None = None
    found_name: str | None = None


@dataclass
class Tally:
    """Counts of one group of gold stretches."""

    gold: int = 0
    found: int = 0
    named: int = 0


@dataclass
class Score:
    """All counts of a comparison; figures are shares between 0 and 1."""

    gold: int = 0
    predicted: int = 0
    found: int = 0
    exact: int = 0
    with_speaker: int = 0
    named: int = 0
    both: int = 0
    groups: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    calibration: Counter[tuple[int, bool]] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def found_figures(self) -> tuple[float, float, float]:
        """Precision, recall and F1 of stretches found."""
        return _figures(self.found, self.predicted, self.gold)

    def end_to_end_figures(self) -> tuple[float, float, float]:
        """Precision, recall and F1 of stretches found with the right speaker."""
        return _figures(self.both, self.predicted, self.gold)

    def name_accuracy(self) -> float:
        """The share of found stretches with a gold speaker whose speaker is right."""
        return self.named / self.with_speaker if self.with_speaker else 0.0


def score(
    articles: Iterable[GoldArticle], predictions: Mapping[str, Sequence[Prediction]], min_words: int = 1
) -> Score:
    """Compare the direct and mixed quotations of ``articles`` with what was found in each, by its id."""
    result = Score()
    for article in articles:
        gold, ignored = _gold_stretches(article, min_words)
        found = _cut_to_regions(article, predictions.get(article.id, ()))
        _score_article(result, article, gold, ignored, found, min_words)
    return result


def score_indirect(articles: Iterable[GoldArticle], predictions: Mapping[str, Sequence[Prediction]]) -> Score:
    """Compare the indirect speech of ``articles`` with what was found in each, by its id."""
    result = Score()
    for article in articles:
        gold, ignored = _gold_indirect(article)
        found = _without_marked(article, predictions.get(article.id, ()))
        _score_article(result, article, gold, ignored, found, 1)
    return result


def _score_article(
    result: Score,
    article: GoldArticle,
    gold: Sequence[tuple[Stretch, GoldQuote]],
    ignored: Sequence[Stretch],
    candidates: Iterable[tuple[Stretch, Prediction]],
    min_words: int,
) -> None:
    found = [
        (span, prediction)
        for span, prediction in candidates
        if not _is_ignored(span, [stretch for stretch, _ in gold], ignored)
    ]
    matched = _match([stretch for stretch, _ in gold], [span for span, _ in found])
    for index, (span, prediction) in enumerate(found):
        is_matched = index in matched.values()
        if is_matched or _word_count(article.text, span) >= min_words:
            result.predicted += 1
            if not is_matched:
                _fault(result, "false", article, span, found=prediction)
    for index, (stretch, quote) in enumerate(gold):
        hit = found[matched[index]] if index in matched else None
        _count(result, article, stretch, quote, hit)


def _count(
    result: Score,
    article: GoldArticle,
    stretch: Stretch,
    quote: GoldQuote,
    hit: tuple[Stretch, Prediction] | None,
) -> None:
    names = [f"kind: {quote.kind}", *(f"structure: {name}" for name in _structures(quote))]
    groups = [result.groups[name] for name in names]
    result.gold += 1
    for group in groups:
        group.gold += 1
    if hit is None:
        _fault(result, "missed", article, stretch, gold=quote)
        return
    span, prediction = hit
    is_right = _is_right_speaker(article.text, quote, prediction)
    result.found += 1
    result.exact += span == stretch
    result.with_speaker += quote.speaker is not None
    result.named += quote.speaker is not None and is_right
    result.both += is_right
    result.calibration[round(prediction.confidence * 20), is_right] += 1
    for group in groups:
        group.found += 1
        group.named += is_right
    if not is_right:
        _fault(result, "speaker", article, stretch, gold=quote, found=prediction)


def _gold_stretches(
    article: GoldArticle, min_words: int
) -> tuple[list[tuple[Stretch, GoldQuote]], list[Stretch]]:
    """The stretches to be found, and those that are neither hit nor fault."""
    gold: list[tuple[Stretch, GoldQuote]] = []
    ignored: list[Stretch] = []
    for quote in article.quotes:
        for part in quote.quoted:
            stretch = _trim(article.text, part)
            if stretch[0] >= stretch[1]:
                continue
            is_short = _word_count(article.text, stretch) < min_words
            if quote.kind == "indirect" or part in quote.titles or is_short:
                ignored.append(stretch)
            else:
                gold.append((stretch, quote))
    return gold, ignored


def _gold_indirect(article: GoldArticle) -> tuple[list[tuple[Stretch, GoldQuote]], list[Stretch]]:
    """The contents to be found, and those that are neither hit nor fault."""
    gold: list[tuple[Stretch, GoldQuote]] = []
    ignored: list[Stretch] = []
    for quote in article.quotes:
        stretch = _trim(article.text, quote.span)
        if quote.kind == "direct" or stretch[0] >= stretch[1]:
            continue
        if quote.kind == "indirect" and _SAYING.search(quote.cue):
            gold.append((stretch, quote))
        else:
            ignored.append(stretch)
    return gold, ignored


def _without_marked(
    article: GoldArticle, predictions: Sequence[Prediction]
) -> Iterator[tuple[Stretch, Prediction]]:
    """Each prediction of which less than half stands between marks."""
    for prediction in predictions:
        start, end = _trim(article.text, prediction.span)
        marked = sum(max(0, min(end, r[1]) - max(start, r[0])) for r in article.regions)
        if start < end and marked < _HALF * (end - start):
            yield (start, end), prediction


def _cut_to_regions(
    article: GoldArticle, predictions: Sequence[Prediction]
) -> Iterator[tuple[Stretch, Prediction]]:
    """Each prediction as the marked regions it fills at least half of, or that fill half of it."""
    seen: set[Stretch] = set()
    for prediction in predictions:
        start, end = prediction.span
        for region_start, region_end in article.regions:
            shared = min(end, region_end) - max(start, region_start)
            if shared > 0 and shared >= _HALF * min(end - start, region_end - region_start):
                span = _trim(article.text, (max(start, region_start), min(end, region_end)))
                if span[0] < span[1] and span not in seen:
                    seen.add(span)
                    yield span, prediction


def _match(gold: Sequence[Stretch], found: Sequence[Stretch]) -> dict[int, int]:
    """Pairs of gold and found stretches by index, the best overlaps first."""
    pairs = (
        (overlap, -g, -f)
        for g, gold_span in enumerate(gold)
        for f, found_span in enumerate(found)
        if (overlap := _overlap(gold_span, found_span)) >= _HALF
    )
    matched: dict[int, int] = {}
    for _, g, f in sorted(pairs, reverse=True):
        if -g not in matched and -f not in matched.values():
            matched[-g] = -f
    return matched


def _is_ignored(span: Stretch, gold: Sequence[Stretch], ignored: Sequence[Stretch]) -> bool:
    return any(_overlap(span, stretch) >= _HALF for stretch in ignored) and not any(
        _overlap(span, stretch) >= _HALF for stretch in gold
    )


def _is_right_speaker(text: str, quote: GoldQuote, found: Prediction) -> bool:
    name = found.name or found.speaker_text
    if quote.speaker is None:
        return not (name and name.strip())
    if quote.name is None:
        return _is_same_mention(text, quote, found)
    accepted = [quote.name, *quote.other_names]
    if not is_pronoun(quote.speaker_text):
        accepted.append(quote.speaker_text)
    return name is not None and any(same_speaker(name, other) for other in accepted)


def _is_same_mention(text: str, quote: GoldQuote, found: Prediction) -> bool:
    if quote.speaker is None or found.speaker is None:
        return False
    start, end = found.speaker
    head_start, head_end = head_span(text, *quote.speaker)
    if start < head_end and end > head_start:
        return True
    touches = start < quote.speaker[1] and end > quote.speaker[0]
    return touches and same_speaker(found.speaker_text or "", quote.speaker_text)


def _structures(quote: GoldQuote) -> tuple[str, ...]:
    if quote.speaker is None:
        return ("no speaker",)
    pronoun = ("pronoun",) if is_pronoun(quote.speaker_text) else ()
    return tuple(dict.fromkeys((*pronoun, *quote.structures)))


def _fault(
    result: Score,
    kind: str,
    article: GoldArticle,
    span: Stretch,
    *,
    gold: GoldQuote | None = None,
    found: Prediction | None = None,
) -> None:
    gold_name = (gold.name or gold.speaker_text) if gold else None
    found_name = (found.name or found.speaker_text) if found else None
    text = article.text[span[0] : span[1]]
    result.faults.append(Fault(kind, article.id, span, text, gold_name, found_name))


def _trim(text: str, span: Stretch) -> Stretch:
    start, end = max(0, span[0]), min(len(text), span[1])
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    return start, end


def _overlap(one: Stretch, other: Stretch) -> float:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return shared / (max(one[1], other[1]) - min(one[0], other[0])) if shared > 0 else 0.0


def _word_count(text: str, span: Stretch) -> int:
    return len(_WORD.findall(text[span[0] : span[1]]))


def _figures(hits: int, predicted: int, gold: int) -> tuple[float, float, float]:
    precision = hits / predicted if predicted else 0.0
    recall = hits / gold if gold else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0
