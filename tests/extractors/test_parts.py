"""The parts of the extractor, each on its own, and the doctests of the room."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import app.extractors
from app.extractors.lexicon import VERBS, VerbForm, read_words
from app.extractors.marks import find_marked
from app.extractors.names import Names
from app.extractors.paragraphs import Paragraph

MODULES = [module.name for module in pkgutil.iter_modules(app.extractors.__path__, "app.extractors.")]


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_in_docstrings_are_true(module: str) -> None:
    """Each doctest of the room passes."""
    assert doctest.testmod(importlib.import_module(module)).failed == 0


def words_of(text: str) -> list[str]:
    """The marked stretches of ``text``."""
    return [marked.span.of(text) for marked in find_marked(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a 6" gun', []),
        ("the crew's 'em and '90s boats", []),
        ("the workers' yard and the sailors' mess", []),
        ('"One. "Two," he said.', ["Two,"]),
        ("“ ”", []),
        ("”late” marks", ["late"]),
        ("‘One “two” three,’ he said", ["One “two” three,"]),
        ("“One\ntwo”", ["One"]),
    ],
)
def test_marks_are_told_from_other_signs(text: str, expected: list[str]) -> None:
    """Apostrophes, inches, lost and empty marks open nothing that is not marked."""
    assert words_of(text) == expected


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("Hale said", "KV"),
        ("the report", "DN"),
        ("Hale was asked", "KXp"),
        ("his claims", "DN"),
        ("officials claim that", "NVS"),
        ("a proposed deal", "DNN"),
        ("Will Hale spoke", "KKv"),
        ("to say", "PV"),
    ],
)
def test_words_are_tagged_by_what_stands_before(text: str, tags: str) -> None:
    """Nouns that look like verbs, names that look like function words, and the passive are told apart."""
    assert Paragraph(text, 0, len(text), ()).tags == tags


def test_every_word_list_says_what_it_is() -> None:
    """A list opens with a comment and has no word twice for nothing."""
    assert read_words("speech_verbs")
    assert VERBS["said"].form is VerbForm.PAST


def test_the_fuller_form_of_a_name_stands_for_the_shorter() -> None:
    """With and without an initial, with title or alone, one person is one person."""
    text = "Nora Hale spoke. Nora E. Hale, Ms Hale and Hale agreed."
    names = Names(text, ())
    assert {mention.person.name for mention in names.mentions} == {"Nora E. Hale"}
