"""Files made to do harm, by name, and the measuring of what an ingest of each costs.

Run as a program in a process of its own, ``python -m tests.hostile_files FOLDER ARCHIVE`` ingests each file
in FOLDER and prints a line of JSON for it: what came of it, seconds of CPU and megabytes of memory.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import resource
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from app.archive import assemble_archive
from app.importers.bounded import CHILD
from app.ingest import ingest
from app.settings import Settings
from app.store.schema import migrate

_SAID = "“We need more time,” said Jane Example, the minister. "
_PAGE = "<html><head><title>The pact</title></head><body><article>{}</article></body></html>"
_PARAGRAPH = "<p>Ministers met in London on Monday to weigh a pact that nobody had read to its end.</p>"
_FEED = '<?xml version="1.0"?>{}<rss version="2.0"><channel><title>T</title>{}</channel></rss>'
_ITEM = "<item><title>The pact</title><description>{}</description></item>"


def _zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()


def _laughs() -> str:
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    return f"<!DOCTYPE rss [{entities}]>"


# Name, content, whether an article must come of it; where it need not, a line with a reason must.
FILES: dict[str, tuple[Callable[[], bytes | str], bool]] = {
    # Too much
    "zeros.zip": (lambda: _zipped({"zeros.txt": b"0" * 100_000_000}), False),
    "many-zeros.zip": (lambda: _zipped({f"{n}.txt": b"0" * 19_000_000 for n in range(8)}), False),
    "zeros.txt.gz": (lambda: gzip.compress(b"0" * 100_000_000), False),
    "nested.zip": (lambda: _zipped({"a.zip": _zipped({"b.zip": _zipped({"c.zip": b"PK"})})}), False),
    "one-line.txt": (lambda: b"x" * 19_000_000, False),
    "one-line.jsonl": (lambda: b'{"text": "' + b"x" * 200_000_000 + b'"}', False),
    "one-line.json": (lambda: b'{"text": "' + b"x" * 4_900_000 + b'"}', False),
    "one-line.html": (lambda: _PAGE.format("<p>" + "x" * 4_900_000).encode(), False),
    "objects.json": (lambda: b"[" + b'{"a":0},' * 600_000 + b"{}]", False),
    "brackets.json": (lambda: b"[" * 4_900_000, False),
    "brackets.md": (lambda: b"---\ntitle: " + b"[" * 9_000 + b"\n---\nText.", False),
    "alias.md": (lambda: b"---\ntitle: &a [x]\ntext: *a\n---\nText.", False),
    # Marks
    "nested.html": (lambda: b"<html><body>" + b"<div>" * 100_000 + _PARAGRAPH.encode(), False),
    "attributes.html": (lambda: b"<p " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">x", False),
    "links.html": (lambda: _PAGE.format("<a href=/x>link</a> " * 200_000).encode(), False),
    "paragraphs.html": (lambda: _PAGE.format("<p>x <a href=/x>link</a> y</p>" * 19_000).encode(), False),
    "entities.html": (lambda: _PAGE.format("&amp;" * 900_000).encode(), False),
    "scripts.html": (
        lambda: _PAGE.format(
            f"<script>alert(1)</script>{_PARAGRAPH * 4}<img src=x onerror=alert(1)>"
        ).encode(),
        True,
    ),
    "comments.html": (lambda: _PAGE.format("<!--" * 1_000_000).encode(), False),
    "laughs.xml": (lambda: _FEED.format(_laughs(), _ITEM.format("&i;")).encode(), False),
    "outside.xml": (
        lambda: _FEED.format(
            '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>', _ITEM.format("&x;")
        ).encode(),
        False,
    ),
    "items.rss": (lambda: _FEED.format("", _ITEM.format("x") * 75_000).encode(), False),
    "markup.rss": (lambda: _FEED.format("", _ITEM.format("&lt;b&gt;" * 400_000)).encode(), False),
    # Letters
    "nul.txt": (lambda: b"Ministers\x00met.", False),
    "nul.html": (lambda: _PAGE.format(_PARAGRAPH).encode().replace(b"met", b"m\x00et"), False),
    "nul.json": (lambda: json.dumps({"title": "A\x00", "text": "Ministers \x00met."}).encode(), True),
    "surrogates.json": (lambda: b'{"text": "Ministers \\ud800met\\udfff. \\ud83d\\ude00"}', True),
    "surrogates.txt": (lambda: b"Ministers met \xed\xa0\x80.", False),
    "latin.txt": (lambda: "Müller met Žalimas.".encode("cp1252"), False),
    "latin.html": (lambda: _PAGE.format(_PARAGRAPH * 3 + "<p>Müller").encode("cp1252"), True),
    "double.txt": (lambda: "Žalimas said so.".encode().decode("cp1252").encode(), True),
    "controls.txt": (lambda: b"\x01\x02" * 150_000, False),
    "controls.json": (lambda: json.dumps({"text": "a\x01" * 150_000}).encode(), True),
    "carriage.txt": (lambda: b"a\r\n" * 100_000, True),
    "marks.txt": (lambda: "a" + "\u0301" * 149_999, True),
    "bidi.txt": (lambda: "Said \u202eelpmaxE enaJ\u202c today.", True),
    # Texts made for the rules that look for quotations, names and dates
    "opening-marks.txt": (lambda: "“" * 100_000, True),
    "nested-marks.txt": (lambda: "“‘" * 50_000 + "x" + "’”" * 50_000, True),
    "unclosed.txt": (lambda: "She said: “" + "word " * 59_000, True),
    "verbs.txt": (lambda: b"said told added warned " * 13_000, True),
    "names.txt": (lambda: b"Jane Example " * 23_000, True),
    "capitals.txt": (lambda: b"A" * 299_000, True),
    "dates.txt": (lambda: b"on 11 March 2025 " * 17_000, True),
    "acronyms.txt": (lambda: b"SAFE EDF PESCO E3 " * 16_000, True),
    "quotations.txt": (lambda: _SAID * 5_000, True),
    "apostrophes.txt": (lambda: b"' " * 149_000, True),
    "spaces.txt": (lambda: b"a" + b" " * 298_000 + b"b", True),
    "lines.txt": (lambda: b"a\n" * 149_000, True),
    "buttons.txt": (lambda: b"Text.\n" + b"Send Comments\n" * 20_000, True),
    "images.txt": (lambda: b"Text.\n" + b"![" * 140_000, True),
    "keys.txt": (lambda: b"Title: a\n" * 30_000 + b"\nText.", True),
    "blocks.txt": (lambda: b"Title: a\nDate: 2025\n\nText.\n\n" * 300, True),
}


def write_files(folder: Path) -> None:
    """All of them, into a new folder."""
    folder.mkdir()
    for name, (content, _) in FILES.items():
        made = content()
        (folder / name).write_bytes(made if isinstance(made, bytes) else made.encode())


def measured(folder: Path, archive_folder: Path) -> Iterator[dict[str, Any]]:
    """What came of each file, ingested one by one, and what it cost."""
    archive = assemble_archive(Settings(folder=archive_folder))
    migrate(archive.engine)
    first = folder.parent / "first"
    first.mkdir()
    (first / "a.txt").write_text(_SAID, encoding="utf-8")
    (first / "a.html").write_text(_PAGE.format(_PARAGRAPH), encoding="utf-8")
    ingest(archive, [first])  # what is loaded once is no cost of the first file
    for path in sorted(folder.iterdir()):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # from here on, the peak anew
        CHILD.stop()
        before = _cpu_seconds()
        report = ingest(archive, [path])
        CHILD.stop()
        yield {
            "name": path.name,
            "outcomes": [file.outcome for file in report.files],
            "reasons": [file.reason for file in report.files if file.reason],
            "cpu_seconds": round(_cpu_seconds() - before, 2),
            "peak_mb": round(_peak_mb()),
        }


def _cpu_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1000


if __name__ == "__main__":
    for line in measured(Path(sys.argv[1]), Path(sys.argv[2])):
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
