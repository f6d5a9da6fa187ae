"""What can be set from outside, read once at a door and passed along; never a global."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.errors import SettingsError
from app.logs import LogFormat
from app.passwords import is_hash

_DRIVER = "postgresql+psycopg"
_EDITOR = re.compile(r"[\w.-]{1,40}")


class Settings(BaseSettings):
    """All settings; each is the variable ``ARCHIVE_`` + its name in capitals, of the environment or .env."""

    model_config = SettingsConfigDict(
        env_prefix="ARCHIVE_",
        env_file=".env",
        env_file_encoding="utf-8",
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    folder: Path = Field(
        default=Path("archive-data"), description="Folder that holds the database and the index."
    )
    database_url: SecretStr = Field(
        default=SecretStr(""),
        description="PostgreSQL database, as postgresql+psycopg://USER:PASSWORD@HOST/NAME; empty: a file in "
        "the folder.",
    )
    read_database_url: SecretStr = Field(
        default=SecretStr(""),
        description="A copy of that database that its server keeps up to date, for readers; empty: none.",
    )
    host: str = Field(default="127.0.0.1", description="Address the server listens on.")
    port: int = Field(
        default=8000, ge=0, le=65535, description="Port the server listens on; 0 takes a free one."
    )
    public_url: str = Field(
        default="",
        description="Address readers reach the archive at, for citations; empty: as each request has it.",
    )
    max_file_mb: int = Field(
        default=20, ge=1, le=1000, description="Largest file that ingest takes, in megabytes."
    )
    page_size: int = Field(default=20, ge=1, le=100, description="Results on a page of a list or a search.")

    editors: SecretStr = Field(
        default=SecretStr(""),
        description="Who may correct on pages: name:hash, several with blanks between; empty: no such pages.",
    )

    allowed_hosts: str = Field(
        default="",
        description="Host names that the server answers to, with commas, besides localhost, ARCHIVE_HOST and "
        "the one in ARCHIVE_PUBLIC_URL; * for any.",
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses of proxies, with commas, whose X-Forwarded-For and -Proto are believed.",
    )
    request_seconds: float = Field(
        default=5, gt=0, le=600, description="Longest time that a page may take, in seconds."
    )
    export_seconds: float = Field(
        default=120, gt=0, le=3600, description="Longest time that a file may take to be sent, in seconds."
    )
    workers: int = Field(
        default=1, ge=1, le=64, description="Processes that serve, as many as there are cores to spare."
    )
    searches_per_minute: int = Field(
        default=120, ge=0, le=100_000, description="Searches a client may make in a minute; 0: no limit."
    )
    exports_per_minute: int = Field(
        default=30, ge=0, le=100_000, description="Files a client may ask for in a minute; 0: no limit."
    )

    search_url: SecretStr = Field(
        default=SecretStr(""),
        description="OpenSearch cluster that searches, https://user:password@host:9200; empty: the folder.",
    )
    search_ca_file: str = Field(
        default="",
        description="File of the authority that signed the cluster's certificate; empty: the system's.",
    )
    search_plain_http: bool = Field(
        default=False,
        description="Whether the cluster may be spoken to without TLS where it is not this machine.",
    )
    search_prefix: str = Field(
        default="defence-archive",
        pattern=r"^[a-z0-9][a-z0-9-]{0,60}$",
        description="How the names of this archive's indexes on the cluster begin.",
    )
    search_shards: int = Field(
        default=1, ge=1, le=1024, description="Shards of each new index on the cluster."
    )
    search_replicas: int = Field(
        default=1, ge=0, le=10, description="Copies of each shard on the cluster, besides itself."
    )
    search_seconds: float = Field(
        default=4,
        gt=0,
        le=600,
        description="Longest time that the cluster may take for an answer, in seconds.",
    )

    log_format: LogFormat = Field(
        default=LogFormat.TEXT, description="How the server writes its log: text, or json for programs."
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description="The bearer token that /metrics is read with; empty: there is no such page.",
    )

    @field_validator("editors")
    @classmethod
    def _check_editors(cls, value: SecretStr) -> SecretStr:
        for editor in value.get_secret_value().split():
            name, _, hashed = editor.partition(":")
            if not (_EDITOR.fullmatch(name) and is_hash(hashed)):
                raise ValueError("each editor is NAME:HASH as “defence-archive hash-password NAME” prints it")
        return value

    @field_validator("database_url", "read_database_url")
    @classmethod
    def _check_database_url(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            _url_of(value)
        return value

    @field_validator("read_database_url")
    @classmethod
    def _check_that_there_is_one_to_copy(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        original = info.data.get("database_url")
        if value.get_secret_value() and original is not None and not original.get_secret_value():
            raise ValueError("set ARCHIVE_DATABASE_URL, too: a file has no copies")
        return value

    @model_validator(mode="after")
    def _check_search_url(self) -> Self:
        url = self.search_url.get_secret_value()
        if url:
            _check_cluster_address(url, may_be_plain=self.search_plain_http)
        return self

    @property
    def editor_hashes(self) -> dict[str, str]:
        """The password hash of each editor."""
        pairs = (one.partition(":") for one in self.editors.get_secret_value().split())
        return {name: hashed for name, _, hashed in pairs}

    @property
    def database_path(self) -> Path:
        """The SQLite file."""
        return self.folder / "archive.db"

    @property
    def database(self) -> Path | URL:
        """Where the database is: the SQLite file, or the address of one on a PostgreSQL server."""
        return _url_of(self.database_url) if self.database_url.get_secret_value() else self.database_path

    @property
    def read_database(self) -> URL | None:
        """The address of the copy that readers read, if there is one."""
        return _url_of(self.read_database_url) if self.read_database_url.get_secret_value() else None

    @property
    def index_folder(self) -> Path:
        """The folder of the search index of articles."""
        return self.folder / "index"

    @property
    def quote_index_folder(self) -> Path:
        """The folder of the search index of quotations."""
        return self.folder / "quote-index"


def _check_cluster_address(url: str, *, may_be_plain: bool) -> None:
    """Raise ValueError unless this is the address of a cluster that a password may be sent to.

    What is told of it has neither the name nor the password that may be in it.
    """
    form = "it is https://user:password@host:9200"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(form) from None
    is_form = parts.scheme in ("http", "https") and host and port != 0
    if not is_form or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(form)
    if parts.scheme == "http" and not may_be_plain and not _is_loopback(host or ""):
        raise ValueError(
            "http would send everything unencrypted: use https, or set ARCHIVE_SEARCH_PLAIN_HTTP=true"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _url_of(value: SecretStr) -> URL:
    """The address of a database; ValueError, which never quotes it, where it is none that can be used."""
    wanted = f"it must be empty, for SQLite, or {_DRIVER}://USER:PASSWORD@HOST/NAME"
    try:
        url = make_url(value.get_secret_value())
    except (ArgumentError, ValueError) as exc:
        raise ValueError(f"{wanted}; signs in a password are written as %40 and so on") from exc
    if url.drivername != _DRIVER:
        raise ValueError(f"{wanted}, and no other kind of database")
    if not url.database:
        raise ValueError(f"{wanted}: the name of the database is missing")
    return url


def read_settings(**overrides: object) -> Settings:
    """The settings of the environment; SettingsError names the variable that cannot be used.

    ``overrides`` are values given on a command line; None means not given.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as exc:
        first = exc.errors()[0]
        # The only check that looks at several settings is that of the cluster's address.
        name = f"ARCHIVE_{'_'.join(str(part) for part in first['loc'] or ('search_url',)).upper()}"
        raise SettingsError(f"the setting {name} cannot be used: {first['msg']}") from exc
