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


@pytest.mark.parametrize(
    "url",
    [
        "https://search.example.org:9200",
        "https://anna:s%40cret@search.example.org",
        "http://localhost:9200",
        "http://127.0.0.1:9200/",
        "http://[::1]:9200",
    ],
)
def test_a_cluster_is_spoken_to_by_tls_or_on_this_machine(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ARCHIVE_SEARCH_URL", url)
    assert read_settings().search_url.get_secret_value() == url


@pytest.mark.parametrize(
    "url",
    [
        "http://anna:s3cret@search.example.org:9200",
        "http://localhost.example.org",
        "search.example.org",
        "ftp://search.example.org",
        "https://anna:s3cret@search.example.org/path",
        "https://anna:s3cret@search.example.org?ssl=no",
        "https://anna:s3cret@search.example.org:harbour",
        "https://anna:s3cret@[::",
        "https://:9200",
    ],
)
def test_any_other_address_of_a_cluster_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("ARCHIVE_SEARCH_URL", url)
    with pytest.raises(SettingsError, match="ARCHIVE_SEARCH_URL") as refused:
        read_settings()
    assert "s3cret" not in str(refused.value)
    assert "anna" not in str(refused.value)


def test_tls_is_left_out_where_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_SEARCH_URL", "http://search.example.org:9200")
    monkeypatch.setenv("ARCHIVE_SEARCH_PLAIN_HTTP", "true")
    assert read_settings().search_plain_http


def test_credentials_are_in_no_picture_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_SEARCH_URL", "https://anna:s3cret@search.example.org")
    assert "s3cret" not in repr(read_settings())


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
