"""What the documents say is true: every setting, command, format and search example; every path they name."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app import __version__
from app.cli import cli, correct_cli
from app.exporting.formats import FORMATS
from app.fulltext.fields import FIELDS
from app.fulltext.query import parse
from app.fulltext.search_index import Facet
from app.importers import IMPORTERS, UNPACKERS
from app.importers.fields import NAMES
from app.settings import Settings
from app.web.search_help import SECTIONS
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "seeds/README.md")] + [
    *(ROOT / "docs").glob("*.md")
]


def section(heading: str) -> str:
    """The part of the README under a heading."""
    found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found is not None, heading
    return found[1]


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, its head left out."""
    lines = [line for line in section(heading).splitlines() if line.startswith(("| ", "|-"))]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_every_setting_stands_in_the_readme_with_its_default() -> None:
    told = {cells[0].strip("`"): cells[1].strip("`") for cells in rows("Settings")}
    real = {f"ARCHIVE_{name.upper()}": str(field.default) for name, field in Settings.model_fields.items()}
    assert told == {name: default or "empty" for name, default in real.items()}


def test_every_command_stands_in_the_readme() -> None:
    told = {re.match(r"`defence-archive ([a-z-]+)", cells[0])[1] for cells in rows("Commands")}  # type: ignore[index]
    commands = {command.name for command in cli.registered_commands}
    assert told == commands | {group.name for group in cli.registered_groups}


def test_every_way_to_correct_stands_in_the_readme() -> None:
    told = {re.match(r"`defence-archive correct ([a-z-]+)", cells[0])[1] for cells in rows("Corrections")}  # type: ignore[index]
    assert told == {command.name for command in correct_cli.registered_commands}


def test_every_importer_stands_in_the_readme() -> None:
    """Its name and endings; the heading of its example names it too."""
    table = section("What can be taken in").partition("\n###")[0]
    told = dict(re.findall(r"^\| ([^`|]+) \| `([^`|]+)` \|", table, re.MULTILINE))
    real = {importer.name: ", ".join(importer.suffixes) for importer in IMPORTERS}
    assert told == real | {unpacker.name: ", ".join(unpacker.suffixes) for unpacker in UNPACKERS}


def test_every_export_format_stands_in_the_readme() -> None:
    told = {cells[0].strip("`"): cells[1] for cells in rows("Files, feeds and the API")}
    assert told == {f".{form.ending}": form.label for form in FORMATS.values()}


@pytest.mark.parametrize("cells", rows("Search"), ids=lambda cells: cells[0])
def test_every_search_example_is_read_and_finds_something(client: TestClient, cells: list[str]) -> None:
    typed = cells[0].strip("`")
    assert parse(typed).tree is not None
    html = client.get("/search", params={"q": typed}).text
    assert re.search(r'<li class="hit', html)


def test_the_readme_has_the_search_examples_of_the_help_page() -> None:
    told = [cells[0].strip("`") for cells in rows("Search")]
    assert told == [example.typed for section in SECTIONS for example in section.examples]


def test_every_field_and_operator_has_an_example() -> None:
    told = " ".join(
        example.typed + " " + example.finds for section in SECTIONS for example in section.examples
    )
    assert all(f"{field}:" in told for field in FIELDS)
    for operator in ("AND", "OR", "NOT", " -", " !", '"~', "*", "NEAR/", "w/5", "w/s", "w/p", "(", ".."):
        assert operator in told, operator


def test_what_is_told_of_putting_it_on_the_web_is_there() -> None:
    """Every setting and command of docs/deploy.md, and what the Dockerfile copies."""
    told = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    docker = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    settings = {f"ARCHIVE_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"ARCHIVE_[A-Z_]+", told + docker))
    assert {"ARCHIVE_PUBLIC_URL", "ARCHIVE_TRUSTED_PROXIES", "ARCHIVE_METRICS_TOKEN"} <= named <= settings
    commands = {command.name for command in cli.registered_commands}
    assert set(re.findall(r"defence-archive (?:--folder \S+ )?([a-z]+)(?= |`|\n)", told)) <= commands
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", docker, re.MULTILINE)
    assert {name for names in copied for name in names.split()} >= {"app", "templates", "migrations", "seeds"}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for name in (name for names in copied for name in names.split()):
        assert (ROOT / name).exists()
        assert f"!{name}" in ignored


def test_every_test_that_the_table_of_defences_names_is_there() -> None:
    """docs/security.md says of each threat which test holds the defence against it."""
    told = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", told)
    assert len(named) > 30
    for path, test in named:
        assert f"def {test}" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{test}"


def test_every_make_job_that_a_document_names_is_there() -> None:
    jobs = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    for document in DOCUMENTS:
        told = set(re.findall(r"`make ([a-z-]+)", document.read_text(encoding="utf-8")))
        assert told <= jobs, document.name


def test_make_alone_lists_the_jobs() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "run" in listed
    assert "Ingest the seeds and serve the archive" in listed
    assert "screenshots" in listed


def test_ci_calls_the_readmes_test_command() -> None:
    commands = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert "make test" in commands
    assert "```console\nmake test\n```" in README


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_links_is_there(document: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / link).exists(), link


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_module_that_a_document_names_is_there(document: Path) -> None:
    for path in re.findall(
        r"`((?:app|tests|templates|static|migrations|seeds|docs)/[\w./]*)`", document.read_text()
    ):
        assert (ROOT / path).exists(), path


def test_the_changelog_has_the_present_version() -> None:
    assert f"\n## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_no_file_names_a_place_outside_the_project() -> None:
    """No path of one machine and no package host: what the project needs comes by name."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    forbidden = re.compile(r"/(?:root|home)/\w|pypi\.org|files\.pythonhosted|registry\.npmjs|deb\.debian")
    for name in listed.splitlines():
        path = ROOT / name
        if path.is_file() and path.suffix not in {".png", ".svg"} and name != "tests/test_docs.py":
            assert not forbidden.search(path.read_text(encoding="utf-8", errors="replace")), name


def test_every_field_of_json_stands_in_the_readme() -> None:
    """The table of fields has each with all the names that it may have."""
    table = re.findall(r"^\| `(\w+)` \|([^|]*)\|", section("What can be taken in"), re.MULTILINE)
    assert {name: tuple(re.findall(r"`(\w+)`", others)) for name, others in table} == {
        names[0]: names[1:] for names in NAMES.values()
    }


def test_every_filter_stands_in_the_readme() -> None:
    """The facets of a search are the parameters of its address."""
    told = rows("Results")
    assert {name for cells in told for name in re.findall(r"`(\w+)`", cells[0])} == {
        one.value for one in Facet
    }
    for _, _, example in told:
        assert example.strip("`").partition("=")[0] in {one.value for one in Facet}
