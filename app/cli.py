"""The same verbs as the web's for a shell: reports on standard output, errors on standard error."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import shorten
from typing import Annotated

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app import __version__, correct
from app.archive import Archive, assemble_archive, open_archive
from app.backup import back_up, restore
from app.check import check
from app.correct import Corrected
from app.curate import show_article, show_outlet
from app.display import DisplayMode
from app.errors import ArchiveError, IndexUnavailableError, SettingsError
from app.evaluate import describe, evaluate
from app.extractors.rules import RuleExtractor
from app.fulltext.search_index import Order
from app.indexing import build_missing_index, rebuild_index
from app.ingest import IngestReport, OnReached, Outcome, Reached, ingest
from app.logs import log_config
from app.move import move
from app.passwords import hash_password
from app.rederive import rederive
from app.reextract import reextract
from app.results import ArticleHit, SearchRequest
from app.search import search
from app.settings import Settings, read_settings
from app.store.corrections import By
from app.store.database import writing
from app.store.schema import is_empty, is_there, migrate, require_current_schema

cli = typer.Typer(
    help="A searchable archive of reporting on EU-UK defence. Settings are environment variables ARCHIVE_….",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
correct_cli = typer.Typer(
    help="Correct what the archive says, with a reason that everybody can read at /corrections.",
    no_args_is_help=True,
)
cli.add_typer(correct_cli, name="correct")
_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)

_SHOWN_CHARACTERS = 80
_BEHIND_READERS = 10  # the niceness of what takes long: pages get the processor before it
_GRACE_SECONDS = 30  # that a server which is told to stop gives to what it is answering

Folder = Annotated[
    Path | None,
    typer.Option("--folder", help="Folder of the archive; else ARCHIVE_FOLDER, else archive-data."),
]

Reason = Annotated[str, typer.Option(help="Why; readers see it in the log.")]
Editor = Annotated[str, typer.Option("--by", help="Your name; readers see it in the log.")]
Quotation = Annotated[int, typer.Argument(help="Number of the quotation, as in /quotes/7.")]
ArticleNumber = Annotated[int, typer.Argument(help="Number of the article, as in /articles/7.")]
PersonName = Annotated[str, typer.Argument(help="Slug of the person, as in /people/keir-starmer, or name.")]


def main() -> None:
    """Run the command line; an error the user can mend is one line and exit code 1."""
    try:
        cli()
    except ArchiveError as exc:
        _err.print(f"[red]error:[/red] {escape(str(exc))}")
        sys.exit(1)


@cli.command("ingest")
def ingest_command(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders to take in.")] = None,
    fetch: Annotated[
        list[str] | None, typer.Option("--fetch", help="Address of a page or feed to fetch; may be repeated.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would come of each file and change nothing.")
    ] = False,
    jobs: Annotated[
        int,
        typer.Option(min=1, max=64, help="So many processes read and index; one of them stores."),
    ] = 1,
    report: Annotated[
        Path | None, typer.Option("--report", help="File to write the report to, as JSON.")
    ] = None,
    folder: Folder = None,
) -> None:
    """Take files in: store and index their articles and quotations. Makes the archive if there is none."""
    if not paths and not fetch:
        raise typer.BadParameter("name files, folders, or addresses to --fetch")
    os.nice(_BEHIND_READERS)
    settings = read_settings(folder=folder)
    with _archive_to_write(settings, is_dry=dry_run) as archive, _ingest_progress() as progress:
        found = ingest(archive, paths or [], progress, urls=fetch or [], is_dry=dry_run, jobs=jobs)
    _print_report(found)
    if report is not None:
        _write_report(found, report)
    if found.count(Outcome.REJECTED):
        raise typer.Exit(1)


@cli.command("search")
def search_command(
    query: Annotated[
        str,
        typer.Argument(help='Words, "phrases", -word, OR, speaker:starmer, date:2025-03; see /help/search.'),
    ],
    newest: Annotated[
        bool, typer.Option("--newest", help="Newest first instead of most relevant first.")
    ] = False,
    page: Annotated[int, typer.Option(min=1, help="Which page of the results.")] = 1,
    folder: Folder = None,
) -> None:
    """Search the archive, as the search page does."""
    archive = open_archive(read_settings(folder=folder))
    order = Order.NEWEST if newest else Order.RELEVANCE
    size = archive.settings.page_size
    today = datetime.now(UTC).date()
    results = search(archive, SearchRequest(query, today, order=order, offset=(page - 1) * size, limit=size))
    _out.print(f"{results.total} article{'' if results.total == 1 else 's'} for {escape(query)}")
    if results.reading:
        _out.print(f"[dim]Read as: {escape(results.reading)}[/dim]")
    for note in results.notes:
        _out.print(f"[dim]{escape(note)}[/dim]")
    for person in results.people:
        _out.print(
            f"[bold]{escape(person.ref.name)}[/bold]: {person.quote_count} quotations, {person.ref.path}"
        )
    for hit in results.hits:
        if isinstance(hit, ArticleHit):
            _print_hit(hit)


@cli.command("serve")
def serve_command(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; else ARCHIVE_HOST, else 127.0.0.1.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; else ARCHIVE_PORT.")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that serve; else ARCHIVE_WORKERS, else 1.")
    ] = None,
    folder: Folder = None,
) -> None:
    """Serve the archive's pages; a search index that is missing or of an older program is built first.

    A server that is told to stop answers first what it has been asked.
    """
    # A quarter of a second that no other command need wait for.
    import uvicorn  # noqa: PLC0415

    settings = read_settings(host=host, port=port, folder=folder, workers=workers)
    archive = open_archive(settings)
    try:
        with _progress("Indexing") as progress:
            build_missing_index(archive, progress)
    except IndexUnavailableError as exc:
        _err.print(escape(f"warning: {exc}; until then nothing can be searched"))
    archive.close()
    with _told_to_workers(settings):
        uvicorn.run(
            "app.web.main:create_app",
            factory=True,
            workers=settings.workers,
            host=settings.host,
            port=settings.port,
            server_header=False,
            log_config=log_config(settings.log_format),
            access_log=False,  # its lines have addresses of readers and what they searched for
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )


@cli.command("reindex")
def reindex_command(folder: Folder = None) -> None:
    """Build the search index anew from the database; readers go on with the old one meanwhile."""
    os.nice(_BEHIND_READERS)
    archive = open_archive(read_settings(folder=folder))
    with _progress("Indexing") as progress:
        count = rebuild_index(archive, progress)
    _out.print(f"{count} articles indexed")


@cli.command("reextract")
def reextract_command(folder: Folder = None) -> None:
    """Find the quotations of all stored articles anew and list what that changed."""
    os.nice(_BEHIND_READERS)
    archive = open_archive(read_settings(folder=folder))
    with _progress("Reading") as progress:
        report = reextract(archive, progress)
    for change in report.changes:
        words = shorten(change.words, _SHOWN_CHARACTERS, placeholder=" …")
        told = f"article {change.article_id}, quotation {change.number} “{words}”"
        _out.print(escape(f"{told}: {change.before or 'not there'} → {change.now or 'not there'}"))
    _out.print(f"{report.article_count} articles read, {len(report.changes)} quotations changed")


@cli.command("rederive")
def rederive_command(folder: Folder = None) -> None:
    """Draw all articles anew from the bytes they came from, with the present importers."""
    os.nice(_BEHIND_READERS)
    archive = open_archive(read_settings(folder=folder))
    with _progress("Reading") as progress:
        report = rederive(archive, progress)
    for article_id in report.changed:
        _out.print(f"article {article_id} is read otherwise now")
    for lost in report.lost:
        _out.print(f"[red]left as it was[/red] {escape(f'{lost.location}: {lost.reason}')}")
    _out.print(f"{report.article_count} articles drawn anew, {len(report.changed)} changed")
    if report.lost:
        raise typer.Exit(1)


@cli.command("check")
def check_command(folder: Folder = None) -> None:
    """Verify the database, the bytes of every source and every offset; mend the search indexes."""
    archive = open_archive(read_settings(folder=folder))
    with _progress("Checking") as progress:
        found = check(archive, progress)
    for fault in found.faults:
        _out.print(f"[red]fault[/red] {escape(f'{fault.subject}: {fault.what}')}")
    _out.print(f"{found.source_count} sources and {found.article_count} articles checked")
    _out.print(f"{len(found.faults)} faults; the search index was told of {found.mended} articles")
    if found.faults:
        raise typer.Exit(1)


@cli.command("backup")
def backup_command(
    file: Annotated[Path, typer.Argument(help="File to write; an older one gives way to a whole new one.")],
    folder: Folder = None,
) -> None:
    """Copy the archive into one file while it is in use, and verify the copy."""
    archive = open_archive(read_settings(folder=folder))
    with _progress("Copying") as progress:
        found = back_up(archive, file, progress)
    _out.print(f"{found.article_count} articles with {found.source_count} sources copied and verified")


@cli.command("restore")
def restore_command(
    file: Annotated[Path, typer.Argument(help="File that backup wrote, by this or an older version.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of the archive that is there.")
    ] = False,
    folder: Folder = None,
) -> None:
    """Make the archive of a backup: verified, brought to the present shape, indexed anew."""
    archive = assemble_archive(read_settings(folder=folder))
    with _progress("Restoring") as progress:
        found = restore(archive, file, may_replace=replace, progress=progress)
    _out.print(f"{found.article_count} articles with {found.source_count} sources restored and indexed")


@cli.command("move")
def move_command(
    to: Annotated[
        str, typer.Option("--to", help="Empty PostgreSQL database, as ARCHIVE_DATABASE_URL has it.")
    ],
    folder: Folder = None,
) -> None:
    """Copy the archive's file into a PostgreSQL database, comparing each row; run again, it goes on."""
    settings = read_settings(folder=folder)
    with _progress("Moving") as progress:
        found = move(open_archive(settings), read_settings(folder=folder, database_url=to), progress)
    _out.print(f"{found.row_count} rows are the same there, {found.copied} of them copied now")
    _out.print(
        f"Set ARCHIVE_DATABASE_URL to that address, keep ARCHIVE_FOLDER ({escape(str(settings.folder))}), "
        "which has the search indexes, and start the servers anew. Nothing reads archive.db from then on."
    )


@cli.command("display")
def display_command(
    mode: Annotated[DisplayMode, typer.Argument(help="full, excerpt, or metadata: no words at all.")],
    outlet: Annotated[str | None, typer.Option(help="Slug of the outlet that is meant.")] = None,
    article: Annotated[int | None, typer.Option(help="Number of the article that is meant.")] = None,
    folder: Folder = None,
) -> None:
    """Set how much of an outlet's articles, or of one article, readers are shown."""
    archive = open_archive(read_settings(folder=folder))
    if (outlet is None) == (article is None):
        raise typer.BadParameter("name an --outlet or an --article")
    count = show_outlet(archive, outlet, mode) if outlet else show_article(archive, article or 0, mode)
    _out.print(
        f"{count} article{'' if count == 1 else 's'} shown as {mode}, where nothing else is said of it"
    )


@correct_cli.command("attribution")
def correct_attribution_command(
    quotation: Quotation,
    reason: Reason,
    editor: Editor,
    person: Annotated[str | None, typer.Option(help="Slug or name of the person who said it.")] = None,
    new: Annotated[bool, typer.Option("--new", help="The person is new to the archive.")] = False,
    unnamed: Annotated[
        str | None, typer.Option(help="Words for somebody without a name: “one diplomat”.")
    ] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="The text does not settle who said it.")] = False,
    folder: Folder = None,
) -> None:
    """Give a quotation to whom it belongs."""
    if sum((person is not None, unnamed is not None, nobody)) != 1:
        raise typer.BadParameter("give one of --person, --unnamed and --nobody")
    archive, by = open_archive(read_settings(folder=folder)), By(editor, reason)
    if person is not None:
        _tell_corrected(correct.attribute_to_person(archive, quotation, person, by, is_new=new))
    elif unnamed is not None:
        _tell_corrected(correct.attribute_to_unnamed(archive, quotation, unnamed, by))
    else:
        _tell_corrected(correct.attribute_to_nobody(archive, quotation, by))


@correct_cli.command("confirm")
def correct_confirm_command(
    quotation: Quotation, reason: Reason, editor: Editor, folder: Folder = None
) -> None:
    """Say that a quotation and its speakers are right; they stay so when texts are read anew."""
    archive = open_archive(read_settings(folder=folder))
    _tell_corrected(correct.confirm_quote(archive, quotation, By(editor, reason)))


@correct_cli.command("date")
def correct_date_command(
    article: ArticleNumber,
    date: Annotated[str, typer.Argument(help="YYYY-MM-DD, YYYY-MM or YYYY; empty: undated.")],
    reason: Reason,
    editor: Editor,
    folder: Folder = None,
) -> None:
    """Set when an article was published."""
    archive = open_archive(read_settings(folder=folder))
    _tell_corrected(correct.correct_date(archive, article, date or None, By(editor, reason)))


@correct_cli.command("title")
def correct_title_command(
    article: ArticleNumber,
    title: Annotated[str, typer.Argument(help="The title; empty: it has none.")],
    reason: Reason,
    editor: Editor,
    folder: Folder = None,
) -> None:
    """Set the title of an article."""
    archive = open_archive(read_settings(folder=folder))
    _tell_corrected(correct.correct_title(archive, article, title or None, By(editor, reason)))


@correct_cli.command("outlet")
def correct_outlet_command(
    article: ArticleNumber,
    outlet: Annotated[str, typer.Argument(help="Its name; empty: not stated.")],
    reason: Reason,
    editor: Editor,
    folder: Folder = None,
) -> None:
    """Set who published an article."""
    archive = open_archive(read_settings(folder=folder))
    _tell_corrected(correct.correct_outlet(archive, article, outlet or None, By(editor, reason)))


@correct_cli.command("withdraw")
def correct_withdraw_command(
    article: ArticleNumber, reason: Reason, editor: Editor, folder: Folder = None
) -> None:
    """Take an article out of the archive; its address says since when and why."""
    archive = open_archive(read_settings(folder=folder))
    _tell_corrected(correct.withdraw_article(archive, article, By(editor, reason)))


@correct_cli.command("restore")
def correct_restore_command(
    article: ArticleNumber, reason: Reason, editor: Editor, folder: Folder = None
) -> None:
    """Bring a withdrawn article back."""
    archive = open_archive(read_settings(folder=folder))
    _tell_corrected(correct.restore_article(archive, article, By(editor, reason)))


@correct_cli.command("merge")
def correct_merge_command(
    person: PersonName,
    into: Annotated[str, typer.Option(help="Slug or name of the one whom they are.")],
    reason: Reason,
    editor: Editor,
    folder: Folder = None,
) -> None:
    """Make one of two people who are the same; the old address leads to the other for ever."""
    archive = open_archive(read_settings(folder=folder))
    _tell_corrected(correct.merge_people(archive, person, into, By(editor, reason)))


@correct_cli.command("split")
def correct_split_command(
    person: PersonName,
    into: Annotated[str, typer.Option(help="Name of the other; with --known slug or name of one there is.")],
    reason: Reason,
    editor: Editor,
    quotation: Annotated[
        list[int] | None, typer.Option(help="A quotation of the other; may be repeated.")
    ] = None,
    article: Annotated[
        list[int] | None, typer.Option(help="An article that quotes the other; may be repeated.")
    ] = None,
    known: Annotated[bool, typer.Option("--known", help="The archive has the other already.")] = False,
    folder: Folder = None,
) -> None:
    """Make two of a person who is two; the named quotations are of the other."""
    archive = open_archive(read_settings(folder=folder))
    made = correct.split_person(
        archive,
        person,
        into,
        By(editor, reason),
        quote_ids=quotation or (),
        article_ids=article or (),
        is_new=not known,
    )
    _tell_corrected(made)


@correct_cli.command("undo")
def correct_undo_command(
    correction: Annotated[int, typer.Argument(help="Number of its entry in the log.")],
    reason: Reason,
    editor: Editor,
    folder: Folder = None,
) -> None:
    """Take a correction back: what held before holds again."""
    archive = open_archive(read_settings(folder=folder))
    _tell_corrected(correct.undo(archive, correction, By(editor, reason)))


@cli.command("hash-password")
def hash_password_command(
    name: Annotated[str, typer.Argument(help="Name of the editor; readers see it in the log.")],
) -> None:
    """Ask for an editor's password and print the line for ARCHIVE_EDITORS."""
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    line = f"{name}:{hash_password(password)}"
    read_settings(editors=line)  # a name that cannot be used is refused here
    sys.stdout.write(f"{line}\n")


@cli.command("migrate")
def migrate_command(folder: Folder = None) -> None:
    """Bring the database to the shape that this program works with; makes it if there is none."""
    archive = assemble_archive(read_settings(folder=folder))
    migrate(archive.engine)
    _out.print(f"{archive.settings.database} has the shape of version {__version__}")


@cli.command("evaluate")
def evaluate_command(
    gold: Annotated[Path, typer.Argument(help="Annotated articles, one a line of JSON.")],
    predictions: Annotated[Path | None, typer.Option(help="File to write what was found to.")] = None,
    errors: Annotated[Path | None, typer.Option(help="File to write each fault to.")] = None,
    min_words: Annotated[int, typer.Option(min=1, help="Shorter stretches are left out of account.")] = 1,
    indirect: Annotated[bool, typer.Option("--indirect", help="Measure indirect speech instead.")] = False,
) -> None:
    """Measure how well quotations are found and attributed, against annotated articles."""
    result = evaluate(
        RuleExtractor(),
        gold,
        predictions=predictions,
        faults=errors,
        min_words=min_words,
        indirect=indirect,
    )
    sys.stdout.write(describe(result) + "\n")


def _tell_corrected(made: Corrected) -> None:
    _out.print(f"corrected: /corrections/{made.correction_id}")
    if not made.is_indexed:
        _out.print("another process is writing the search index: it, or the next that does, tells it of this")


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar with the time left; nothing where standard error is no terminal."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_err, transient=True, disable=not _err.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def _told_to_workers(settings: Settings) -> Iterator[None]:
    """Let those that serve find what the command line says, and several of them a folder for numbers."""
    told = {name: str(getattr(settings, name)) for name in ("folder", "host", "workers")}
    os.environ |= {f"ARCHIVE_{name.upper()}": value for name, value in told.items()}
    if settings.workers == 1:
        yield
        return
    from app.web.observing import SHARED_FOLDER  # noqa: PLC0415  (no other command needs the site)

    with TemporaryDirectory() as numbers:
        os.environ[SHARED_FOLDER] = numbers
        yield


@contextmanager
def _archive_to_write(settings: Settings, *, is_dry: bool) -> Iterator[Archive]:
    """The archive, made if there is none; for a dry run where there is none, an empty one for its time."""
    with ExitStack() as stack:
        if is_dry and not is_there(settings.database):
            nowhere = Path(stack.enter_context(TemporaryDirectory()))
            settings = settings.model_copy(update={"folder": nowhere, "database_url": SecretStr("")})
        archive = assemble_archive(settings)
        stack.callback(archive.close)
        with writing(archive.engine):
            if is_empty(archive.engine):
                migrate(archive.engine)
            require_current_schema(archive.engine)
        yield archive


@contextmanager
def _ingest_progress() -> Iterator[OnReached]:
    """A bar of files with the articles read, their rate and the time left."""
    columns = (
        TextColumn("Ingesting"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(),
    )
    began = time.monotonic()
    with Progress(*columns, console=_err, transient=True, disable=not _err.is_terminal) as bar:
        task = bar.add_task("Ingesting", total=None, told="")

        def show(reached: Reached) -> None:
            rate = reached.articles / max(time.monotonic() - began, 1e-3)
            told = f"{reached.articles} articles, {rate:.1f} a second"
            bar.update(task, completed=reached.files_done, total=reached.files_total, told=told)

        yield show


def _write_report(report: IngestReport, path: Path) -> None:
    text = json.dumps(report.as_json(), ensure_ascii=False, indent=2)
    try:
        path.write_text(f"{text}\n", encoding="utf-8")
    except OSError as exc:
        raise SettingsError(f"the report cannot be written to {path} ({exc.strerror})") from exc


def _print_report(report: IngestReport) -> None:
    for file in report.files:
        if file.outcome is Outcome.REJECTED:
            what = f"{file.subject}: {file.reason}; {file.advice}"
            _out.print(f"[red]rejected[/red] {escape(what)}")
    passed = Counter(file.reason for file in report.files if file.outcome is Outcome.PASSED_OVER)
    for reason, count in sorted(passed.items()):
        _out.print(escape(f"passed over {count}: {reason}"))
    for name, count in report.unknown_fields().items():
        _out.print(escape(f"field not read: “{name}” ({count} source{'' if count == 1 else 's'})"))
    for name, counts in report.by_importer().items():
        parts = ", ".join(f"{number} {what}" for what, number in counts.items())
        _out.print(escape(f"{name}: {parts}"))
    if report.untold:
        _out.print(f"{report.untold} more refused, only counted")
    if report.is_dry:
        _out.print("Nothing was changed. Without --dry-run this would come of it:")
    counted = (Outcome.ADDED, Outcome.CHANGED, Outcome.SAME, Outcome.REJECTED)
    _out.print(", ".join(f"{report.count(outcome)} {outcome.value}" for outcome in counted))


def _print_hit(hit: ArticleHit) -> None:
    card = hit.card
    about = f"{card.outlet or 'outlet not stated'}, {card.published.text()}, {card.path}"
    parts = ((escape(text), matched) for text, matched in hit.snippet.parts)
    _out.print(f"\n[bold]{escape(card.title)}[/bold]\n{escape(about)}")
    _out.print("".join(f"[reverse]{text}[/reverse]" if matched else text for text, matched in parts))
    if hit.quote is not None:
        words = "".join(text for text, _ in hit.quote.text.parts)
        _out.print(f"  “{escape(words)}” ({escape(hit.quote.record.label)})")
