"""The word lists are in order and say where they come from."""

from __future__ import annotations

from importlib.resources import files

import pytest

from app.authority.word_lists import read_words

LISTS = sorted(entry.name.removesuffix(".txt") for entry in files("app.authority").joinpath("data").iterdir())


@pytest.mark.parametrize("name", LISTS)
def test_each_list_says_where_it_comes_from(name: str) -> None:
    """A reader can judge a list by its source."""
    text = files("app.authority").joinpath("data", f"{name}.txt").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert "\n# From: " in text


@pytest.mark.parametrize("name", LISTS)
def test_no_entry_stands_twice(name: str) -> None:
    """Each line of a list adds something."""
    text = files("app.authority").joinpath("data", f"{name}.txt").read_text(encoding="utf-8")
    entries = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(entries) == len(set(entries)) == len(read_words(name))
