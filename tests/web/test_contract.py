"""The API does what its own description says, whatever it is asked: ``make fuzz`` asks longer."""

from __future__ import annotations

from pathlib import Path

from app.archive import Archive
from tests.browser.site import served
from tests.fuzz import ask_api


def test_no_request_breaks_the_description_of_the_api(seeded: Archive, tmp_path: Path) -> None:
    """No 5xx, no answer of another shape, no method that is not told; the same requests every time."""
    with served(seeded.settings.folder) as address:
        done = ask_api(address, examples=1, seed=1, folder=tmp_path, phases="examples,coverage")
    assert done.returncode == 0, done.stdout
    assert "10/10" in done.stdout
