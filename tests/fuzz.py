"""Throws made inputs at what reads strangers' words: ``python -m tests.fuzz MINUTES [TARGET…]``.

Targets: ``grammar``, ``importers``, ``extractor`` by atheris, which sees what an input reaches; ``laws``, the
properties of the tests with as many examples as there is time for; ``api`` by schemathesis. Each has so many
minutes in a process of its own, and prints what it tried. What an input breaks is written into
``fuzz-finds/`` and becomes a case of the tests.
"""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path

from app.errors import RejectedInputError
from app.extractors.rules import RuleExtractor
from app.fulltext.query import MAX_QUERY_CHARACTERS, parse
from app.importers import IMPORTERS
from app.importers.bounded import RefusedByChildError
from app.importers.bounded_worker import JOBS, Job
from app.importers.draft import ArticleDraft, SourceFile
from app.ingest import ingest
from tests.browser.site import served
from tests.conftest import ROOT, SEEDS, new_archive
from tests.fulltext.hostile_queries import HOSTILE
from tests.hostile_files import FILES

_FINDS = ROOT / "fuzz-finds"
_TODAY = date(2026, 3, 1)
_MOST_SECONDS_EACH = 10
_MOST_BYTES = 4_000
# Those that hand bytes to the child process are fuzzed by the child's own jobs, where atheris sees the code.
_IN_PROCESS = [one for one in IMPORTERS if one.name not in ("web page", "feed")]
_LAWS = ("tests/fulltext/test_query.py", "tests/extractors/test_laws.py", "tests/importers/test_formats.py",
         "tests/exporting/test_formats.py")  # fmt: skip


def grammar(data: bytes) -> None:
    """Any text is a query; what it is read as is read as the same again."""
    query = parse(data.decode("utf-8", "replace"), _TODAY)
    query.reading()
    written = query.canonical()
    again = parse(written, _TODAY)
    assert again.tree == query.tree
    assert again.canonical() == written
    assert len(written) <= MAX_QUERY_CHARACTERS + 40
    for number, chip in enumerate(query.chips()):
        if number < len(query.parts):
            assert parse(chip.without, _TODAY).tree == query.without(number).tree


def importers(data: bytes) -> None:
    """Any bytes are drafts or a refusal; a library may fail on them in its child, our own code may not."""
    number = (data[0] if data else 0) % (len(_IN_PROCESS) + len(JOBS))
    if number >= len(_IN_PROCESS):
        _read_as_child(list(JOBS.values())[number - len(_IN_PROCESS)], data[1:])
        return
    importer = _IN_PROCESS[number]
    try:
        found = list(importer.read(SourceFile(Path(f"any{importer.suffixes[0]}"), data[1:])))
    except RejectedInputError:
        return
    assert found
    for draft in found:
        if isinstance(draft, ArticleDraft):
            assert "\x00" not in draft.text.encode().decode()


def _read_as_child(job: Job, content: bytes) -> None:
    try:
        job(content, {"name": "any.html", "charset": None, "url": None})
    except RefusedByChildError:
        pass
    except Exception as exc:
        if "/app/" in traceback.extract_tb(exc.__traceback__)[-1].filename:
            raise


_EXTRACTOR = RuleExtractor()


def extractor(data: bytes) -> None:
    """Any text has quotations that stand in it to the letter, in order."""
    text = data.decode("utf-8", "replace")
    for quotation in _EXTRACTOR.extract(text).quotations:
        for segment in quotation.segments:
            assert 0 <= segment.start < segment.end <= len(text)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "grammar": grammar,
    "importers": importers,
    "extractor": extractor,
}


def _seeds_of(target: str) -> list[bytes]:
    """What a target begins with: inputs that mean something, and those that mean harm."""
    if target == "grammar":
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        typed = re.findall(r"^\| `([^`|]+)` \|", readme, re.MULTILINE)
        return [text.encode("utf-8", "surrogatepass") for text in (*typed, *HOSTILE.values())]
    if target == "extractor":
        return [path.read_bytes()[:_MOST_BYTES] for path in SEEDS.glob("*.txt")]
    examples = [path.read_bytes() for path in (ROOT / "tests" / "importers" / "files").rglob("*.*")]
    made = (make() for make, _ in FILES.values() if make.__code__.co_code)
    harmful = [one.encode() if isinstance(one, str) else one for one in made]
    kinds = len(_IN_PROCESS) + len(JOBS)
    return [bytes([kind]) + one[:_MOST_BYTES] for one in (*examples, *harmful[:20]) for kind in range(kinds)]


def fuzz_in_process(target: str, seconds: int) -> None:
    """Fuzz one target in this process until the time is over; a find ends the process."""
    atheris = importlib.import_module("atheris")  # has wheels for Linux on x86-64 alone
    _FINDS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(_seeds_of(target)):
            (Path(corpus) / str(number)).write_bytes(seed)
        options = [
            f"-max_total_time={seconds}", f"-max_len={_MOST_BYTES}", f"-timeout={_MOST_SECONDS_EACH}",
            "-rss_limit_mb=2048", f"-artifact_prefix={_FINDS}/{target}-", "-print_final_stats=1",
            "-verbosity=0",
        ]  # fmt: skip
        atheris.Setup([sys.argv[0], *options, corpus], TARGETS[target])
        atheris.Fuzz()


def _fuzz(target: str, seconds: int) -> tuple[bool, str]:
    """Fuzz one target in a process of its own: whether nothing was found, and what was tried."""
    command = [sys.executable, "-m", "tests.fuzz_target", target, str(seconds)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told = done.stderr + done.stdout
    tried = re.search(r"number_of_executed_units:\s+(\d+)", told)
    counted = f"{int(tried[1]):,} inputs" if tried else "stopped"
    return done.returncode == 0, counted if done.returncode == 0 else f"{counted}\n{told[-4000:]}"


def _hold_laws(seconds: int) -> tuple[bool, str]:
    """The properties of the tests, again and again with other examples."""
    end, rounds = time.monotonic() + seconds, 0
    environment = {**os.environ, "ARCHIVE_TEST_EXAMPLES": "1000"}
    while time.monotonic() < end:
        rounds += 1
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            f"--hypothesis-seed={rounds}",
        ]
        done = subprocess.run(
            [*command, *_LAWS, "-k", "law or text or canonical or chip or bytes or table or forges or read"],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            return False, f"round {rounds}\n{done.stdout[-4000:]}"
    return True, f"{rounds} rounds of 1,000 examples for each law"


def _ask_api(seconds: int) -> tuple[bool, str]:
    """The API as its description says it can be asked."""
    with tempfile.TemporaryDirectory() as folder:
        archive = new_archive(Path(folder) / "archive")
        ingest(archive, [SEEDS])
        archive.engine.dispose()
        end, seed, cases = time.monotonic() + seconds, 0, 0
        with served(Path(folder) / "archive") as address:
            while time.monotonic() < end:
                seed += 1
                done = ask_api(address, examples=50, seed=seed, folder=Path(folder))
                found = re.search(r"(\d+) generated", done.stdout)
                cases += int(found[1]) if found else 0
                if done.returncode:
                    return False, f"seed {seed}\n{done.stdout[-4000:]}"
    return True, f"{cases:,} requests in {seed} rounds"


def ask_api(
    address: str, *, examples: int, seed: int, folder: Path, phases: str = "examples,coverage,fuzzing"
) -> subprocess.CompletedProcess[str]:
    """One run of schemathesis over the API's own description; the same seed asks the same.

    A cursor is opaque, and no description can say which words are one: that such a request is refused is no
    break of the contract, so that check is left out. Of fuzzed requests, so is the one that what has another
    type is refused: in an address all is words, and ``side=true`` is as good a list of one as any.
    """
    left_out = "positive_data_acceptance"
    if "fuzzing" in phases:
        left_out += ",negative_data_rejection"
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{address}/api/openapi.json"]
    options = [
        "--seed",
        str(seed),
        "--max-examples",
        str(examples),
        "--no-color",
        "--generation-database",
        "none",
    ]
    options += ["--phases", phases, "--exclude-checks", left_out]
    return subprocess.run([*command, *options], cwd=folder, capture_output=True, text=True, check=False)


def main(minutes: float, names: list[str]) -> int:
    """Fuzz each target for so many minutes; 1 if something was found."""
    seconds = int(minutes * 60)
    is_clean = True
    for name in names or [*TARGETS, "laws", "api"]:
        began = time.monotonic()
        others: dict[str, Callable[[int], tuple[bool, str]]] = {"laws": _hold_laws, "api": _ask_api}
        is_held, told = others[name](seconds) if name in others else _fuzz(name, seconds)
        is_clean = is_clean and is_held
        verdict = "nothing found" if is_held else "FOUND"
        sys.stdout.write(f"{name}: {verdict} in {time.monotonic() - began:.0f} s, {told}\n")
        sys.stdout.flush()
    return 0 if is_clean else 1


if __name__ == "__main__":
    raise SystemExit(main(float(sys.argv[1]), sys.argv[2:]))
