"""The command line: the same verbs as the web's, with reports and exit codes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.browser.site import served
from tests.conftest import SEEDS
from tests.databases import NOTHING, copy_archive, environment_of


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The installed command as a shell would call it."""
    command = [str(Path(sys.executable).with_name("defence-archive")), *arguments]
    environment = {**environment_of(folder, NOTHING), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=120)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive made by the command itself."""
    made = tmp_path_factory.mktemp("cli")
    result = run(made, "ingest", str(SEEDS))
    assert result.returncode == 0, result.stderr
    assert "18 added, 0 changed, 0 same, 0 rejected" in result.stdout
    return made


def test_ingesting_again_reports_that_all_is_the_same(folder: Path) -> None:
    assert "0 added, 0 changed, 18 same, 0 rejected" in run(folder, "ingest", str(SEEDS)).stdout


def test_ingest_leaves_the_processor_to_pages(tmp_path: Path) -> None:
    """It works at a lower priority than a server that was started in the same way."""
    command = str(Path(sys.executable).with_name("defence-archive"))
    own = os.getpriority(os.PRIO_PROCESS, 0)
    seen = set[int]()
    with subprocess.Popen([command, "ingest", str(SEEDS), "--folder", str(tmp_path)]) as process:
        while process.poll() is None:
            seen.add(os.getpriority(os.PRIO_PROCESS, process.pid))
            time.sleep(0.01)
    assert max(seen) == min(own + 10, 19)


def test_search_finds_what_the_pages_find(folder: Path) -> None:
    result = run(folder, "search", "sefcovic")
    assert result.returncode == 0
    assert "Maroš Šefčovič" in result.stdout
    assert "/articles/" in result.stdout


def test_a_refused_file_ends_with_exit_code_1_and_what_to_do(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    result = run(folder, "ingest", str(tmp_path / "empty.txt"), str(tmp_path / "missing.txt"))
    assert result.returncode == 1
    assert "it is empty; put the text" in result.stdout
    assert "cannot be read" in result.stdout
    assert "2 rejected" in result.stdout


def test_reindex_and_migrate_say_what_they_did(folder: Path) -> None:
    assert "18 articles indexed" in run(folder, "reindex").stdout
    assert "has the shape of version" in run(folder, "migrate").stdout


def test_an_error_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    result = run(tmp_path / "nothing-here", "search", "pact")
    assert result.returncode == 1
    assert result.stderr.startswith("error: there is no archive here yet")
    assert "Traceback" not in result.stderr


def test_a_bad_setting_is_named(tmp_path: Path) -> None:
    result = run(tmp_path, "serve", "--port", "99999999")
    assert result.returncode == 1
    assert "ARCHIVE_PORT" in result.stderr


@pytest.mark.parametrize("spoil", ["older", "missing"])
def test_serving_builds_an_index_that_is_missing_or_of_an_older_program(
    folder: Path, tmp_path: Path, spoil: str
) -> None:
    """A reader of the new program finds what the old one found."""
    archive = tmp_path / "archive"
    copy_archive(folder, archive)
    pointer = archive / "quote-index" / "current"
    if spoil == "older":
        pointer.write_text(pointer.read_text().replace('"version": ', '"version": -'))
    else:
        shutil.rmtree(archive / "index")
    with served(archive) as address, urllib.request.urlopen(f"{address}/search?q=sefcovic") as answer:
        assert "Maroš Šefčovič" in answer.read().decode()
