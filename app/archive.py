"""The composition root: what an archive is made of, put together in one place. No business here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Engine

from app.authority.programmes import ProgrammeRegister
from app.authority.register import Register
from app.errors import ArchiveError, SettingsError
from app.extractors.quotation import QuoteExtractor
from app.fulltext.array_index import ArrayIndex
from app.fulltext.search_index import SearchIndex
from app.settings import Settings
from app.store.database import open_engine
from app.store.schema import require_current_schema
from app.text_reading import TextReader, text_reader


@dataclass(frozen=True, slots=True)
class Archive:
    """An open archive. Threads may share it.

    What pages and files are made of is read by ``read_engine``, which may be a copy that lags a little behind
    the database that ``engine`` writes to; whoever must see what was written just now reads there, too.
    ``quote_index`` has each quotation as a document of its own, numbered by the quotation's id.
    """

    settings: Settings
    engine: Engine
    read_engine: Engine
    index: SearchIndex
    quote_index: SearchIndex
    extractor: QuoteExtractor
    people: Register
    programmes: ProgrammeRegister

    @property
    def reader(self) -> TextReader:
        """What texts are read with."""
        return TextReader(self.extractor, self.people, self.programmes)

    def read_as_written(self) -> Archive:
        """The same archive, read where it is written."""
        return replace(self, read_engine=self.engine)

    def close(self) -> None:
        """Let go of all connections that nobody uses at this moment."""
        for engine in {self.engine, self.read_engine}:
            engine.dispose()


def open_archive(settings: Settings) -> Archive:
    """The archive in ``settings.folder``; DatabaseError unless its database has this program's shape."""
    archive = assemble_archive(settings)
    try:
        for engine in {archive.engine, archive.read_engine}:
            require_current_schema(engine)
    except ArchiveError:
        archive.close()
        raise
    return archive


def assemble_archive(settings: Settings) -> Archive:
    """The parts of the archive in ``settings.folder``, whatever state its database is in."""
    reader = text_reader()
    engine = open_engine(settings.database)
    copy = settings.read_database
    return Archive(
        settings=settings,
        engine=engine,
        read_engine=open_engine(copy) if copy is not None else engine,
        index=_open_index(settings, "articles", settings.index_folder),
        quote_index=_open_index(settings, "quotes", settings.quote_index_folder),
        extractor=reader.extractor,
        people=reader.people,
        programmes=reader.programmes,
    )


def _open_index(settings: Settings, name: str, folder: Path) -> SearchIndex:
    """The index of this name on the cluster, if there is one; else that in the folder."""
    url = settings.search_url.get_secret_value()
    if not url:
        return ArrayIndex(folder)
    try:
        # Its client is an extra of its own: archives in a folder do without it.
        from app.fulltext.cluster.connection import ClusterSettings  # noqa: PLC0415
        from app.fulltext.opensearch_index import OpenSearchIndex  # noqa: PLC0415
    except ModuleNotFoundError as exc:
        raise SettingsError(
            "ARCHIVE_SEARCH_URL needs the client of OpenSearch: pip install --require-hashes -r "
            "requirements-opensearch.txt"
        ) from exc
    cluster = ClusterSettings(
        url=url,
        ca_file=settings.search_ca_file,
        seconds=settings.search_seconds,
        prefix=settings.search_prefix,
        shards=settings.search_shards,
        replicas=settings.search_replicas,
    )
    return OpenSearchIndex(cluster, name)
