"""Settings from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import SettingsError
from app.settings import read_settings


def test_a_setting_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_FOLDER", "elsewhere")
    assert read_settings().database_path == Path("elsewhere/archive.db")


def test_a_command_line_value_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_PORT", "1")
    assert read_settings(port=2, host=None).port == 2


def test_a_bad_value_is_refused_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_PORT", "harbour")
    with pytest.raises(SettingsError, match="ARCHIVE_PORT"):
        read_settings()
