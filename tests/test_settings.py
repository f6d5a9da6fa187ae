"""Settings from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import URL

from app.errors import SettingsError
from app.settings import read_settings


def test_a_setting_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_FOLDER", "elsewhere")
    assert read_settings().database_path == Path("elsewhere/archive.db")


def test_a_command_line_value_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_PORT", "1")
    assert read_settings(port=2, host=None).port == 2


def test_a_database_on_a_server_has_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody who prints the settings or the address sees the password."""
    monkeypatch.setenv("ARCHIVE_DATABASE_URL", "postgresql+psycopg://anna:hu%40sh@db.example/archive")
    settings = read_settings()
    assert isinstance(settings.database, URL)
    assert (settings.database.database, settings.database.password) == ("archive", "hu@sh")
    assert "hu" not in f"{settings} {settings!r} {settings.database} {settings.database!r}"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://anna:hush@db.example/archive",
        "mysql+pymysql://anna:hush@db.example/archive",
        "sqlite:////srv/hush.db",
        "postgresql+psycopg://anna:hush@db.example",
        "postgresql+psycopg://anna:hush@db.example:port/archive",
        "hush",
    ],
)
def test_another_database_is_refused_and_its_password_not_told(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARCHIVE_DATABASE_URL", address)
    with pytest.raises(SettingsError, match=r"ARCHIVE_DATABASE_URL .*postgresql\+psycopg://USER") as raised:
        read_settings()
    assert "hush" not in str(raised.value)


def test_a_bad_value_is_refused_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_PORT", "harbour")
    with pytest.raises(SettingsError, match="ARCHIVE_PORT"):
        read_settings()
