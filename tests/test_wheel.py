"""The wheel holds all it needs: installed away from the checkout it makes an archive and serves a page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import urllib.request
import venv
from pathlib import Path

import pytest

from tests.browser.site import served
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that has nothing but the wheel and the pinned packages it runs on."""
    folder = tmp_path_factory.mktemp("wheel")
    uv = Path(sys.executable).with_name("uv")
    build = [str(uv), "build", "--quiet", "--wheel", "--offline", "--no-build-isolation"]
    environment = {**os.environ, "VIRTUAL_ENV": sys.prefix}
    subprocess.run([*build, "--out-dir", str(folder), str(ROOT)], check=True, env=environment)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env")
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "env" / "bin" / "python")]
    pip += ["install", "--quiet"]
    pins = ["--require-hashes", "--only-binary", ":all:", "-r", str(ROOT / "requirements.txt")]
    subprocess.run([*pip, *pins], check=True, cwd=folder)
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True, cwd=folder)
    return folder / "env" / "bin"


def test_the_installed_program_makes_an_archive_and_serves_a_page(installed: Path, tmp_path: Path) -> None:
    """Its own templates, styles, migrations and registers are inside; nothing is read from the checkout."""
    report = tmp_path / "report.txt"
    report.write_text("“We need time,” said Andrius Kubilius, the commissioner.", encoding="utf-8")
    command = installed / "defence-archive"
    environment = {**os.environ, "ARCHIVE_FOLDER": str(tmp_path / "archive")}
    result = subprocess.run(
        [str(command), "ingest", str(report)],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        check=True,
    )
    assert "1 added" in result.stdout
    where = [str(installed / "python"), "-c", "import app; print(app.__file__)"]
    at = subprocess.run(where, capture_output=True, text=True, cwd=tmp_path, check=True).stdout
    assert str(ROOT) not in at
    with served(tmp_path / "archive", command) as address:
        page = urllib.request.urlopen(f"{address}/people/andrius-kubilius").read().decode()
        style = re.search(r'href="(/static/[^"]+\.css[^"]*)"', page)
        assert style is not None
        assert urllib.request.urlopen(address + style[1]).status == 200
    assert "We need time" in page
