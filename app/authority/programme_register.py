"""The register of programmes, instruments, agreements and formats, with how each may be written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from app.authority.name_patterns import compile_forms, letter_pattern
from app.authority.seed_file import Entry, read_seed_file
from app.dates import PartialDate
from app.folding import fold


def _british(letters: str) -> Callable[[re.Match[str]], str]:
    """Puts letters for the American ones in group 1, small or large as those are."""
    return lambda match: letters.upper() if match[1].isupper() else letters


_ONE_SPELLING: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?i)(?<=defen)(s)(?=e)"), _british("c")),
    (re.compile(r"(?i)(?<=\bprogra)(m)(?!me)"), _british("mme")),
    (re.compile(r"(?i)(?<=\borgani)(z)(?=ation)"), _british("s")),
    (re.compile(r"(?i)\b([ue])\.([ku])\.?"), r"\1\2"),
    (re.compile(r"(?i)(?<=\d)\s*(?:bn|billion)\b"), "bn"),
    (re.compile(r"\s*&\s*"), " and "),
    (re.compile(r"\s*[-‐‑‒–—]\s*"), "-"),
    (re.compile(r"(?i)(?<=\bco)-(?=operation)"), ""),
    (re.compile(r"[’ʼ]"), "'"),
    (re.compile(r"\s+"), " "),
)
_PIECES = re.compile(
    r"(?i)defence|programme|organisation|cooperation|\bUK\b|\bEU\b|\band\b|(?<=\d)bn\b|.", re.DOTALL
)
_PIECE_PATTERNS = {
    "defence": "defen[cs]e",
    "programme": "program(?:me)?",
    "organisation": "organi[sz]ation",
    "cooperation": "co[-‐‑]?operation",
    "uk": r"U(?:\.K\.?|K)",
    "eu": r"E(?:\.U\.?|U)",
    "and": "(?:and|&)",
    "bn": r"\s?(?:bn|billion)",
    "-": r"\s?[-‐‑‒–—]\s?",
}  # fmt: skip
_WORDS_OF_NAMES = ("defence", "programme", "organisation", "cooperation", "and")
_GAP = r"[\s\-]{1,2}"
_ONE_WORD = rf"(?:[\w'’]+{_GAP})?"


class Condition(StrEnum):
    """What must hold for a form that does not always count; meant as in the file's own ``meta``."""

    MID_SENTENCE = "mid-sentence"
    NOT_SHOUTED = "not-shouted"
    CONTEXT = "context"
    ADJACENT = "adjacent"
    SUBJECT = "subject"
    DEFINITE = "definite"
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class ProgrammeForm:
    """One way a programme is written. Without ``when`` it always counts, else if one of these holds."""

    text: str
    is_exact: bool
    when: frozenset[Condition]
    not_in_name: bool


@dataclass(frozen=True, slots=True)
class WordRules:
    """The words around a name that speak for or against it; each pattern is None where there are none."""

    context: re.Pattern[str] | None
    adjacent_before: re.Pattern[str] | None
    adjacent_after: re.Pattern[str] | None
    not_context: re.Pattern[str] | None
    not_before: re.Pattern[str] | None
    not_after: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class ProgrammeRecord:
    """A programme of the register; ``dates`` are pairs of what happened ("signed") and when.

    ``source`` is the document that sets it up or announces it, where the register knows one.
    """

    slug: str
    name: str
    acronym: str | None
    kind: str
    description: str
    dates: tuple[tuple[str, PartialDate], ...]
    parent: str | None
    source: str | None
    source_url: str | None
    forms: tuple[ProgrammeForm, ...]
    words: WordRules = field(repr=False, compare=False)


FormMeaning = tuple[ProgrammeRecord, ProgrammeForm]


@dataclass(frozen=True)
class ProgrammeRegister:
    """All known programmes. Built once, never changed."""

    programmes: tuple[ProgrammeRecord, ...]
    _exact: Mapping[str, FormMeaning] = field(init=False, repr=False, compare=False)
    _folded: Mapping[str, FormMeaning] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len({programme.slug for programme in self.programmes}) < len(self.programmes):
            raise ValueError("two programmes have the same id")
        object.__setattr__(self, "_exact", _meanings(self.programmes, is_exact=True))
        object.__setattr__(self, "_folded", _meanings(self.programmes, is_exact=False))

    @classmethod
    def load(cls, path: Path) -> ProgrammeRegister:
        """Read ``programmes.json``. Raises RegisterError, which says what is wrong where and what to do."""
        root = read_seed_file(path)
        programmes = tuple(_programme(entry) for entry in root.entries("programmes"))
        return root.checked(lambda: cls(programmes), "programmes")

    def __iter__(self) -> Iterator[ProgrammeRecord]:
        return iter(self.programmes)

    def __len__(self) -> int:
        return len(self.programmes)

    def get(self, slug: str) -> ProgrammeRecord | None:
        """The programme of this slug."""
        return next((programme for programme in self.programmes if programme.slug == slug), None)

    def meaning(self, form: str) -> FormMeaning | None:
        """The programme and form that a stretch of text is written as, whatever stands around it."""
        spelled = one_spelling(form)
        return self._exact.get(spelled) or self._folded.get(fold(spelled))

    @cached_property
    def acronyms(self) -> Mapping[str, int]:
        """The place of the first programme with each acronym."""
        return _first_places((one.acronym,) if one.acronym else () for one in self)

    @cached_property
    def full_names(self) -> Mapping[str, int]:
        """The place of the first programme with each full name, in one spelling and folded."""
        names = (
            {one.name, *(form.text for form in one.forms if not form.is_exact and not form.when)}
            for one in self
        )
        return _first_places({fold(one_spelling(name)) for name in of_one} for of_one in names)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds every form in a text; made once for each register."""
        forms = {(form.text, form.is_exact) for programme in self for form in programme.forms}
        longest_first = sorted(forms, key=lambda pair: (-len(pair[0]), pair))
        sources = (_form_pattern(text, is_exact=is_exact) for text, is_exact in longest_first)
        return compile_forms(sources, left=r"(?<!\w)", right=r"(?!\w)")


def one_spelling(text: str) -> str:
    """``text`` in British spelling, with plain hyphens, apostrophes and spaces; case stays.

    >>> one_spelling("U.K.–EU Security & Defense  Program")
    'UK-EU Security and Defence Programme'
    """
    for pattern, replacement in _ONE_SPELLING:
        text = pattern.sub(replacement, text)
    return text.strip()


def _first_places(names: Iterable[Iterable[str]]) -> Mapping[str, int]:
    """Where each name comes first."""
    found: dict[str, int] = {}
    for place, of_one in enumerate(names):
        for name in of_one:
            found.setdefault(name, place)
    return found


def _meanings(programmes: Iterable[ProgrammeRecord], *, is_exact: bool) -> Mapping[str, FormMeaning]:
    meanings: dict[str, FormMeaning] = {}
    for programme in programmes:
        for form in programme.forms:
            if form.is_exact is not is_exact:
                continue
            spelled = one_spelling(form.text)
            first, _ = meanings.setdefault(spelled if is_exact else fold(spelled), (programme, form))
            if first is not programme:
                raise ValueError(f"{form.text!r} is a form of both {first.slug} and {programme.slug}")
    return MappingProxyType(meanings)


def _form_pattern(form: str, *, is_exact: bool) -> tuple[str, str]:
    spelled = one_spelling(form)
    pattern = "".join(_piece_pattern(piece) for piece in _PIECES.findall(spelled))
    first = spelled[0]
    if is_exact:
        return first, pattern
    return "".join(dict.fromkeys((first.upper(), first.lower()))), f"(?i:{pattern})"


def _piece_pattern(piece: str) -> str:
    pattern = _PIECE_PATTERNS.get(piece.lower())
    if pattern is None:
        return letter_pattern(piece)
    if piece.isupper() and piece.lower() in _WORDS_OF_NAMES:
        return pattern.upper()
    if piece[0].isupper() and pattern[0].islower():
        return piece[0] + pattern[1:]
    return pattern


def _programme(entry: Entry) -> ProgrammeRecord:
    dates = entry.table("dates")
    return ProgrammeRecord(
        slug=entry.text("id"),
        name=entry.text("name"),
        acronym=entry.optional_text("acronym"),
        kind=entry.text("kind"),
        description=entry.text("description"),
        dates=tuple((label, day) for label in dates.fields if (day := dates.date(label)) is not None),
        parent=entry.optional_text("parent"),
        source=entry.optional_text("source"),
        source_url=entry.optional_text("source_url"),
        forms=_with_capitals([_form(form) for form in entry.entries("forms")]),
        words=WordRules(
            context=_any_of(entry.texts("context")),
            adjacent_before=_any_of(entry.texts("adjacent"), after=_GAP + _ONE_WORD + r"\Z"),
            adjacent_after=_any_of(entry.texts("adjacent"), before=r"(?:['’]s)?" + _GAP + _ONE_WORD),
            not_context=_any_of(entry.texts("not_context")),
            not_before=_any_of(entry.texts("not_before"), before=_GAP),
            not_after=_any_of(entry.texts("not_after"), after=_GAP + r"\Z"),
        ),
    )


def _form(entry: Entry) -> ProgrammeForm:
    case = entry.optional_text("case")
    if case not in (None, "any", "exact"):
        raise entry.fault(f'has the case {case!r}: write "exact" or "any"')
    return ProgrammeForm(
        text=entry.text("text"),
        is_exact=case == "exact",
        when=entry.checked(lambda: frozenset(Condition(name) for name in entry.texts("when")), "when"),
        not_in_name=entry.flag("not_in_name"),
    )


def _with_capitals(forms: Sequence[ProgrammeForm]) -> tuple[ProgrammeForm, ...]:
    """The forms; a name of several words is one in capitals too, as headlines have it."""
    found = {form.text: form for form in forms}
    for form in forms:
        if form.is_exact and " " in form.text:
            found.setdefault(form.text.upper(), replace(form, text=form.text.upper()))
    return tuple(found.values())


def _any_of(words: Iterable[str], *, before: str = "", after: str = "") -> re.Pattern[str] | None:
    patterns = [
        _form_pattern(spelled, is_exact=not word.islower())[1]
        for word in words
        for spelled in dict.fromkeys((word, word if word.islower() else word.upper()))
    ]
    if not patterns:
        return None
    return re.compile(f"{before}(?<!\\w)(?:{'|'.join(patterns)})(?!\\w){after}")
