"""The word lists of this room, read once from ``wordlists/*.txt``.

A list is plain words between white space; lines that start with ``#`` say what it is and where it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from importlib.resources import files
from typing import NamedTuple


class VerbForm(StrEnum):
    """Which form of its verb a word is; the past form stands for the past participle too."""

    BASE = "base"
    THIRD = "third"
    PAST = "past"
    ING = "ing"


class Verb(NamedTuple):
    """A verb form and the tag of its verb: "V" speech, "v" reporting, "F" any other."""

    tag: str
    form: VerbForm


def read_words(name: str) -> tuple[str, ...]:
    """The words of one list, in its order."""
    text = (files("app.extractors") / "wordlists" / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def word_set(name: str) -> frozenset[str]:
    """The words of one list, for looking up."""
    return frozenset(read_words(name))


def inflect(entry: str) -> tuple[str, str, str, str]:
    """Base, third person, past and -ing form of one entry of a verb list.

    >>> inflect("quip+")
    ('quip', 'quips', 'quipped', 'quipping')
    >>> inflect("deny")
    ('deny', 'denies', 'denied', 'denying')
    >>> inflect("say/says/said/saying")
    ('say', 'says', 'said', 'saying')
    """
    if "/" in entry:
        base, third, past, ing = entry.split("/")
        return base, third, past, ing
    if entry.endswith("+"):
        base = entry[:-1]
        return base, base + "s", base + base[-1] + "ed", base + base[-1] + "ing"
    if entry.endswith("y") and entry[-2] not in "aeo":
        return entry, entry[:-1] + "ies", entry[:-1] + "ied", entry + "ing"
    if entry.endswith("e"):
        ing = entry[:-2] + "ying" if entry.endswith("ie") else entry[:-1] + "ing"
        return entry, entry + "s", entry + "d", ing
    third = entry + ("es" if entry.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")
    return entry, third, entry + "ed", entry + "ing"


_VERB_LISTS = (("F", "other_verbs"), ("v", "action_verbs"), ("v", "reporting_verbs"), ("V", "speech_verbs"))


def _verbs() -> Iterator[tuple[str, Verb]]:
    # Speech verbs come last: a verb in several lists is taken at its strongest.
    for tag, name in _VERB_LISTS:
        for entry in read_words(name):
            for form, word in zip(VerbForm, inflect(entry), strict=True):
                if not (form is VerbForm.PAST and word == entry.split("/")[0]):
                    yield word, Verb(tag, form)
        for entry in read_words(name):
            past = inflect(entry)[2]
            yield past, Verb(tag, VerbForm.PAST)
    for participle in read_words("participles"):
        yield participle, Verb("F", VerbForm.PAST)


VERBS: dict[str, Verb] = dict(_verbs())
ACTION_VERBS = frozenset(word for entry in read_words("action_verbs") for word in inflect(entry))
SPEECH_NOUNS = word_set("speech_nouns")
NOUN_HOMOGRAPHS = word_set("noun_homographs")
FUNCTION_NAMES = word_set("function_names")
UNNAMED_NOUNS = word_set("unnamed_nouns")
ROLE_NOUNS = word_set("role_nouns")
TITLE_WORDS = word_set("title_words") | ROLE_NOUNS
ORGANISATION_NOUNS = word_set("organisation_nouns")
DOCUMENT_NOUNS = word_set("document_nouns")
COUNTRIES = word_set("countries")
PARTICLES = word_set("name_particles")
NOT_NAMES = word_set("not_names")
TIME_WORDS = word_set("time_words")
MALE_NAMES = word_set("given_names_male")
FEMALE_NAMES = word_set("given_names_female")
GIVEN_NAMES = MALE_NAMES | FEMALE_NAMES | word_set("given_names_either")
HONORIFIC_SEX: dict[str, str] = dict(pair.split(":") for pair in read_words("honorifics_sex"))
SPEAKER_NOUNS = UNNAMED_NOUNS | ROLE_NOUNS | ORGANISATION_NOUNS | DOCUMENT_NOUNS
