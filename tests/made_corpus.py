"""A corpus made for measuring: as many articles as wanted, the same ones every time.

Three sentences of each article are of this project's seeds, some oftener than others; the rest of its words
are drawn from a made vocabulary as Zipf found words to be distributed. Nobody should read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from app.dates import PartialDate
from app.fulltext.search_index import IndexDocument, told_label
from app.fulltext.tree import Label

SEEDS = Path(__file__).resolve().parents[1] / "seeds"

_WORDS = 600
_VOCABULARY = 80_000
_SENTENCE_WORDS = 20
_SEED_SENTENCES = 3
_SYLLABLES = [
    a + b for a in "b d f g k l m n p r s t v z st tr pl".split() for b in "a e i o u ai or en".split()
]
_SENTENCE = re.compile(r"[A-Z“][^.\n]{40,300}\.(?=\s)")
_FIRST_DAY = date(2005, 1, 1)
_DAYS = 7600


@dataclass(frozen=True, slots=True)
class MadeArticle:
    """An article of the corpus."""

    id: int
    title: str
    text: str
    outlet: str
    published: PartialDate | None
    speakers: tuple[str, ...]
    programmes: tuple[str, ...]

    def document(self) -> IndexDocument:
        """The article as the index takes it."""
        labels = [(Label.OUTLET, self.outlet)]
        labels += [(Label.SPEAKER, slug) for slug in self.speakers]
        labels += [(Label.PROGRAMME, slug) for slug in self.programmes]
        labels += [(Label.SIDE, side) for side in {"uk" if len(s) % 2 else "eu" for s in self.speakers}]
        labels += [(Label.KIND, "direct")] if self.speakers else []
        labels += (
            [told_label(self.published.first_day(), self.published.last_day())] if self.published else []
        )
        quotes = tuple(match.span(1) for match in re.finditer(r"“([^”]+)”", self.text))
        return IndexDocument(
            self.id, self.title, self.text, self.published, tuple(labels), quotes, date(2026, 1, 1)
        )


class Corpus:
    """Makes articles by number."""

    def __init__(self) -> None:
        rng = np.random.default_rng(2026)
        texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
        self.sentences = [match.group() for text in texts for match in _SENTENCE.finditer(text)]
        self.words = self._vocabulary(rng)
        self._shares = self._zipf(len(self.words), 1.0)
        self._sentence_shares = self._zipf(len(self.sentences), 0.6)

    @staticmethod
    def _vocabulary(rng: np.random.Generator) -> list[str]:
        words: dict[str, None] = {}
        while len(words) < _VOCABULARY:
            drawn = rng.integers(0, len(_SYLLABLES), rng.integers(2, 5))
            words["".join([_SYLLABLES[one] for one in drawn])] = None
        return list(words)

    @staticmethod
    def _zipf(count: int, exponent: float) -> np.ndarray:
        shares = 1 / np.arange(1, count + 1) ** exponent
        total: np.ndarray = np.cumsum(shares) / shares.sum()
        return total

    def articles(self, count: int) -> Iterator[MadeArticle]:
        """The first ``count`` articles."""
        return (self.article(number) for number in range(1, count + 1))

    def article(self, number: int) -> MadeArticle:
        """The article with this number."""
        rng = np.random.default_rng(number)
        sentences = [
            self.sentences[i] for i in np.searchsorted(self._sentence_shares, rng.random(_SEED_SENTENCES))
        ]
        drawn = iter(np.searchsorted(self._shares, rng.random(_WORDS)).tolist())
        left = _WORDS - sum(len(sentence.split()) for sentence in sentences)
        while left > 0:
            made = " ".join(self.words[next(drawn)] for _ in range(min(left, _SENTENCE_WORDS)))
            sentences.insert(int(rng.integers(len(sentences) + 1)), made.capitalize() + ".")
            left -= _SENTENCE_WORDS
        paragraphs = (" ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4))
        return MadeArticle(
            id=number,
            title=" ".join(sentences[0].split()[:7]),
            text="\n\n".join(paragraphs),
            outlet=f"outlet-{int(40 * rng.random() ** 2)}",
            published=self._date(rng),
            speakers=tuple({f"person-{int(2000 * rng.random() ** 3)}" for _ in range(rng.integers(0, 5))}),
            programmes=tuple({f"programme-{int(24 * rng.random() ** 2)}" for _ in range(rng.integers(0, 3))}),
        )

    @staticmethod
    def _date(rng: np.random.Generator) -> PartialDate | None:
        day = _FIRST_DAY + timedelta(days=int(rng.integers(_DAYS)))
        kind = rng.random()
        if kind < 0.05:
            return None
        return PartialDate(day.year, day.month, None if kind < 0.1 else day.day)
