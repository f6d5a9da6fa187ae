"""Archives: members with their own bytes and places; bombs and tricks are a line in the report each."""

from __future__ import annotations

import gzip
import io
import time
import zipfile
from pathlib import Path

import pytest

from app.errors import RejectedInputError
from app.importers import open_sources
from app.importers.draft import PartRefused, SourceFile

MAX_BYTES = 5_000_000
Members = dict[str, bytes]


def zipped(members: Members, **options: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            for option, value in options.items():
                setattr(entry, option, value)
            archive.writestr(entry, content)
    return buffer.getvalue()


def opened(tmp_path: Path, content: bytes, name: str = "reports.zip") -> list[SourceFile | PartRefused]:
    path = tmp_path / name
    path.write_bytes(content)
    return list(open_sources(path, MAX_BYTES))


def refusals(found: list[SourceFile | PartRefused]) -> dict[str, str]:
    return {one.place: one.reason for one in found if isinstance(one, PartRefused)}


def contents(found: list[SourceFile | PartRefused]) -> Members:
    return {one.member: one.content for one in found if isinstance(one, SourceFile)}


def test_members_come_with_their_bytes_and_their_place(tmp_path: Path) -> None:
    members = {"2025/pact.txt": b"One.", "notes/README.md": b"Two."}
    found = opened(
        tmp_path, zipped(members | {".git/x": b"-", "__MACOSX/._pact.txt": b"-", "empty.txt": b""})
    )
    assert contents(found) == members
    assert refusals(found) == {"empty.txt": "it is empty"}
    first = found[0]
    assert isinstance(first, SourceFile)
    assert first.location.endswith("reports.zip!/2025/pact.txt")
    assert first.name == "pact.txt"


def test_archives_in_archives_are_opened_three_deep(tmp_path: Path) -> None:
    inner = zipped({"page.html.gz": gzip.compress(b"<p>Three.</p>"), "deeper.zip": zipped({"x.gz": b"-"})})
    found = opened(tmp_path, zipped({"folder/inner.zip": inner}))
    assert contents(found) == {"folder/inner.zip!/page.html.gz!/page.html": b"<p>Three.</p>"}
    assert refusals(found) == {
        "folder/inner.zip!/deeper.zip!/x.gz": "archives lie more than 3 deep in each other"
    }


def test_gzip_files_hold_one_file_in_one_or_more_pieces(tmp_path: Path) -> None:
    packed = gzip.compress(b"One. ") + gzip.compress(b"Two.") + b"\x00" * 512
    assert contents(opened(tmp_path, packed, "pact.txt.gz")) == {"pact.txt": b"One. Two."}


@pytest.mark.parametrize(
    "name", ["/etc/passwd.txt", "../../x.txt", "a/../../x.txt", "..\\..\\x.txt", "C:\\x.txt", "a!/b.txt"]
)
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    found = opened(tmp_path, zipped({name: b"Text.", "good.txt": b"Good."}))
    assert list(refusals(found).values()) == ["its name leads out of the archive"]
    assert contents(found) == {"good.txt": b"Good."}


@pytest.mark.parametrize("name", ["a\nb.txt", "a" * 300 + ".txt", "x.txt\x1b[31m"])
def test_names_that_no_file_has_are_refused(tmp_path: Path, name: str) -> None:
    assert list(refusals(opened(tmp_path, zipped({name: b"Text."}))).values()) == [
        "its name cannot be a file's"
    ]


def test_a_name_that_goes_on_behind_a_nul_is_refused(tmp_path: Path) -> None:
    content = zipped({"x.txtA.html": b"Text."}).replace(b"x.txtA.html", b"x.txt\x00.html")
    assert list(refusals(opened(tmp_path, content)).values()) == ["its name cannot be a file's"]


def test_links_and_encrypted_members_are_refused(tmp_path: Path) -> None:
    link = zipped({"link.txt": b"/etc/passwd"}, external_attr=0o120777 << 16)
    assert refusals(opened(tmp_path, link)) == {"link.txt": "it is a symbolic link"}
    locked = bytearray(zipped({"secret.txt": b"Text."}))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert refusals(opened(tmp_path, bytes(locked))) == {"secret.txt": "it is encrypted"}


def test_bombs_are_refused_within_two_seconds(tmp_path: Path) -> None:
    zeros = b"0" * 60_000_000
    before = time.process_time()
    found = opened(tmp_path, zipped({"bomb.txt": zeros, "good.txt": b"Good."}))
    assert refusals(found) == {"bomb.txt": "it unpacks to more than the 5 MB that are taken"}
    assert contents(found) == {"good.txt": b"Good."}
    with pytest.raises(RejectedInputError, match="it unpacks to more than"):
        opened(tmp_path, gzip.compress(b"0" * 300_000_000, 1), "bomb.txt.gz")
    assert time.process_time() - before < 2 + 2  # half of it is packing them


def test_many_bombs_together_are_refused_as_one(tmp_path: Path) -> None:
    """Each within its limit, together far more than the archive's size."""
    inner = zipped({f"{number}.txt": b"0" * 4_000_000 for number in range(10)})
    with pytest.raises(RejectedInputError, match="far more than its size"):
        opened(tmp_path, zipped({f"{number}.zip": inner for number in range(10)}))


def test_a_member_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped({"lie.txt": b"0" * 6_000_000}))
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = (12).to_bytes(4, "little")
    assert list(refusals(opened(tmp_path, bytes(content)))) == ["lie.txt"]


@pytest.mark.parametrize("name", ["broken.zip", "broken.txt.gz"])
@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04 cut", b"\x1f\x8b\x08 cut", b"no archive", gzip.compress(b"x" * 99)[:-9]],
    # The bytes of a gzip file hold the second it was made in: two processes would not name a test alike.
    ids=["zip cut short", "gzip cut short", "no archive", "gzip without its end"],
)
def test_what_is_no_archive_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(RejectedInputError, match="cannot be opened"):
        opened(tmp_path, content, name)


def test_a_corrupt_member_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.txt": b"Text of a." * 50, "b.txt": b"Text of b."}))
    content[content.index(b"a.txt") + 10] ^= 0xFF
    found = opened(tmp_path, bytes(content))
    assert list(refusals(found)) == ["a.txt"]
    assert contents(found) == {"b.txt": b"Text of b."}
