"""The cases of ``hostile.jsonl``, each with the outcome it must have, on a served archive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.archive import Archive
from tests.hostile_cases import Case, Target, has_live, read_cases

CASES = read_cases(Path(__file__).with_name("hostile.jsonl"))


@pytest.fixture(scope="module")
def target(seeded: Archive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    made = Target(tmp_path_factory.mktemp("hostile"), seeded.settings.folder)
    yield made
    made.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_an_attack_has_the_outcome_it_must_have(target: Target, case: Case) -> None:
    assert target.try_case(case) == []


@pytest.mark.parametrize(
    ("html", "words", "is_live"),
    [
        ("<p>&lt;svg onload=alert(1)&gt;", "onload=alert", False),
        ('<input value="&quot;&gt;&lt;svg onload=alert(1)&gt;">', "onload=alert", False),
        ("<svg onload=alert(1)>", "onload=alert", True),
        ('<a href=" JavaScript:alert(1)">', "javascript:alert", True),
        ("<p>javascript:alert(1)", "javascript:alert", False),
        ("<script>alert(1)</script>", "<script>alert(1)", True),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)", False),
    ],
)
def test_words_are_live_where_a_browser_would_act_on_them(html: str, words: str, *, is_live: bool) -> None:
    """The judge itself is judged: what it passes over must be harmless."""
    assert has_live(html, words) is is_live
