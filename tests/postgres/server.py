"""A PostgreSQL server of the tests' own: in a temporary folder, reached by a socket there, gone at its end.

``python -m tests.postgres.server [pytest's arguments]`` starts one, runs pytest on it and stops it. No
library does what is needed here: pytest-postgresql starts servers as whoever tests, which PostgreSQL refuses
to root, and has one database a test where these need one a folder; testing.postgresql is not kept any more.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import psycopg
from pydantic import SecretStr

from app.archive import assemble_archive
from app.registers import sync_registers
from app.settings import Settings
from app.store.database import write_session
from app.store.schema import migrate
from tests.databases import NOTHING, SERVER_VARIABLE, TEMPLATE, create_database, url_of

_PACKAGE = "postgresql-15"
_APT_GET = ("apt-get", "-o", "DPkg::Lock::Timeout=300")
_HELP = (
    "No PostgreSQL server found. These tests need one: run "
    f"`apt-get install -y --no-install-recommends {_PACKAGE}` (Debian), "
    "or put the folder that has initdb on the PATH."
)
_OWNERS = ("postgres", "nobody")  # PostgreSQL refuses to be run by root
_START_SECONDS = 60
_SETTINGS = {"listen_addresses": "", "max_connections": "300", "shared_buffers": "128MB"}
# Nothing of it outlives the tests, so that nothing need reach the disk.
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def find_server() -> Path | None:
    """The folder with PostgreSQL's programs: on the PATH, or where Debian puts the newest."""
    on_path = shutil.which("initdb")
    if on_path is not None and shutil.which("postgres"):
        return Path(on_path).parent
    return max(
        (one.parent for one in Path("/usr/lib/postgresql").glob("*/bin/postgres")),
        key=lambda folder: int(folder.parent.name),
        default=None,
    )


def install_server() -> None:
    """Install Debian's package as root, without the server that it would start."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([*_APT_GET, "update"], check=False, env=environment, stdout=sys.stderr)
        command = [*_APT_GET, "install", "-y", "--no-install-recommends", _PACKAGE]
        subprocess.run(command, check=False, env=environment, stdout=sys.stderr)


@contextmanager
def running(programs: Path, *, is_lasting: bool = False) -> Iterator[str]:
    """A new server for as long as the block takes; its address, without the name of a database.

    One that is ``is_lasting`` writes to the disk as others do, for measuring.
    """
    with tempfile.TemporaryDirectory(prefix="archive-postgres-") as name:
        folder, data = Path(name), Path(name) / "data"
        owner = _owner_of(folder)
        init = [str(programs / "initdb"), "-D", str(data), "--auth=trust", "--username=archive"]
        init += ["--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
        subprocess.run(init, check=True, stdout=subprocess.DEVNULL, cwd=folder, **owner)
        settings = _SETTINGS | ({} if is_lasting else _FORGETFUL)
        start = [str(programs / "postgres"), "-D", str(data), "-k", str(folder)]
        start += [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(start, stdout=log, stderr=log, cwd=folder, **owner)
        try:
            _wait_for(folder, server)
            yield f"postgresql+psycopg://archive@/?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)  # end all connections, and then yourself
            server.wait(_START_SECONDS)


def _owner_of(folder: Path) -> Mapping[str, Any]:
    """As whom the server is to run, where this is root; the folder is made theirs."""
    if os.geteuid() != 0:
        return {}
    known = {one.pw_name: one for one in pwd.getpwall()}
    owner = next(known[name] for name in _OWNERS if name in known)
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    folder.chmod(0o755)  # for those who connect
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _wait_for(folder: Path, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            psycopg.connect(host=str(folder), user="archive", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    told = (folder / "log").read_text(encoding="utf-8", errors="replace")
    raise SystemExit(f"the server did not start within {_START_SECONDS} s:\n{told}")


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit("the tests were ended")


def found_or_installed() -> Path:
    """The folder with PostgreSQL's programs. Raises SystemExit, with what to do, where there is none."""
    if find_server() is None:
        install_server()
    programs = find_server()
    if programs is None:
        raise SystemExit(_HELP)
    return programs


def _make_template() -> None:
    """The database that others are copied from: with tables and registers, which take a while to make."""
    create_database(TEMPLATE, NOTHING)
    url = SecretStr(url_of(TEMPLATE).render_as_string(hide_password=False))
    archive = assemble_archive(Settings(database_url=url))
    migrate(archive.engine)
    with write_session(archive.engine) as session:
        sync_registers(archive, session)
    archive.close()


def main(arguments: list[str]) -> int:
    """Run pytest with a server of its own."""
    programs = found_or_installed()
    signal.signal(signal.SIGTERM, _end)
    with running(programs) as address:
        os.environ[SERVER_VARIABLE] = address
        _make_template()
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
