"""The word lists of this room: text files beside the code, each saying where its words come from."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def read_words(name: str) -> frozenset[str]:
    """The entries of the list ``data/<name>.txt``: a word or phrase a line, ``#`` begins a comment."""
    return frozenset(_lines(name))


@cache
def read_pairs(name: str) -> dict[str, tuple[str, ...]]:
    """The entries of a list of ``word = other words``, or ``word other``; callers never change it."""
    pairs = (line.replace("=", " ").split() for line in _lines(name))
    return {first: tuple(rest) for first, *rest in pairs}


def _lines(name: str) -> list[str]:
    text = files("app.authority").joinpath("data", f"{name}.txt").read_text(encoding="utf-8")
    stripped = (line.strip() for line in text.splitlines())
    return [line for line in stripped if line and not line.startswith("#")]
