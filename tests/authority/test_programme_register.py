"""The register of programmes is read whole or not at all, and what is shipped holds together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.authority.names import slugify
from app.authority.programme_register import Condition, ProgrammeRegister, one_spelling
from app.authority.programmes import tag_programmes
from app.errors import RegisterError

FUND: dict[str, Any] = {
    "id": "fund",
    "name": "Common Fund",
    "acronym": "CF",
    "kind": "programme",
    "description": "A fund.",
    "forms": [{"text": "Common Fund"}, {"text": "CF", "case": "exact", "when": ["context"]}],
    "context": ["money"],
}


def write(folder: Path, *programmes: dict[str, Any]) -> Path:
    path = folder / "programmes.json"
    path.write_text(json.dumps({"programmes": programmes}), encoding="utf-8")
    return path


def changed(**fields: object) -> dict[str, Any]:
    return {**FUND, **fields}


@pytest.mark.parametrize(
    ("programme", "reason"),
    [
        (changed(description=""), "programmes 1 (fund) 'description' is ''"),
        (changed(kind=None), "has no 'kind'"),
        (changed(dates={"agreed": "May 2025"}), "programmes 1, dates agreed"),
        (changed(forms=[{"text": "CF", "case": "lower"}]), "programmes 1, forms 1 has the case 'lower'"),
        (changed(forms=[{"text": "CF", "when": ["often"]}]), "'often' is not a valid Condition"),
        (changed(forms=[{"text": "CF", "not_in_name": "yes"}]), "write true or false"),
        (changed(context="money"), "'context' is no list"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, programme: dict[str, Any], reason: str) -> None:
    """Whoever edits the register learns which entry to mend."""
    with pytest.raises(RegisterError) as caught:
        ProgrammeRegister.load(write(tmp_path, programme))
    assert reason in str(caught.value)


def test_one_form_cannot_mean_two_programmes(tmp_path: Path) -> None:
    """A tag is never a toss-up."""
    with pytest.raises(RegisterError, match="a form of both fund and other"):
        ProgrammeRegister.load(write(tmp_path, FUND, changed(id="other")))


def test_an_empty_register_tags_nothing(tmp_path: Path) -> None:
    """No programmes are no error."""
    assert tag_programmes("SAFE and Nato", ProgrammeRegister.load(write(tmp_path))) == ()


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("European Defense Fund", "European Defence Fund"),
        ("DEFENSE", "DEFENCE"),
        ("U.K.-EU", "UK-EU"),
        ("EU – UK", "EU-UK"),
        ("Security & Defence", "Security and Defence"),
        ("Global Combat Air Program", "Global Combat Air Programme"),
        ("programmes", "programmes"),
        ("Organization", "Organisation"),
        ("€150 billion", "€150bn"),
        ("EU’s", "EU's"),
    ],
)
def test_spellings_of_one_form_become_one(written: str, spelled: str) -> None:
    """American spelling, stops, dashes and apostrophes make no other programme."""
    assert one_spelling(written) == spelled
    assert one_spelling(spelled) == spelled


def test_the_shipped_register_is_consistent(programmes: ProgrammeRegister) -> None:
    """Slugs are slugs, parents exist, descriptions are a sentence, and each condition has its words."""
    assert len(programmes) == 38
    for programme in programmes:
        assert programme.slug == slugify(programme.slug)
        assert programme.parent is None or programmes.get(programme.parent) is not None
        assert programme.description.endswith(".")
        assert programme.acronym is None or programme.acronym in {form.text for form in programme.forms}
        for form in programme.forms:
            assert (Condition.CONTEXT not in form.when) or programme.words.context is not None
            assert (Condition.ADJACENT not in form.when) or programme.words.adjacent_after is not None


def test_every_shipped_form_is_found_by_its_own_pattern(programmes: ProgrammeRegister) -> None:
    """A form that no text could match would be a slip in the register."""
    for programme in programmes:
        for form in programme.forms:
            found = programmes.pattern.match(form.text)
            assert found is not None
            assert found[1] == form.text
            assert programmes.meaning(form.text) == (programme, form)
