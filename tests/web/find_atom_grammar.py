"""Finds the grammar that Atom feeds are checked against, or fetches it.

RFC 4287 has it as its appendix B, in a notation that lxml cannot read. lxml's own source archive has it as
RELAX NG among its examples, and ``requirements.txt`` pins that archive by its hash.

``python tests/web/find_atom_grammar.py [--install]`` prints the file's path; exit code 1 and one sentence
where it is missing.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_PLACE = Path(sys.prefix) / "atom.rng"  # beside the libraries of the tests
_MEMBER = "doc/s5/ep2008/atom.rng"
_PIN = re.compile(r"^lxml==(?:.*\\\n)*.*", re.MULTILINE)
HELP = "The grammar of Atom is missing, against which the feeds are checked: run `make atom-grammar`."


def find_atom_grammar() -> Path | None:
    """Where the grammar lies, if it is there."""
    return _PLACE if _PLACE.exists() else None


def install_atom_grammar() -> None:
    """Take it out of the source archive of the lxml that is pinned."""
    pin = _PIN.search((_ROOT / "requirements.txt").read_text(encoding="utf-8"))
    assert pin is not None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pin.txt").write_text(pin.group(), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        command += ["--no-deps", "--no-binary", "lxml", "--require-hashes", "--requirement", "pin.txt"]
        subprocess.run(command, check=True, cwd=folder, stdout=sys.stderr)
        (path,) = folder.glob("lxml-*.tar.gz")
        with tarfile.open(path) as archive:
            member = archive.extractfile(f"{path.name.removesuffix('.tar.gz')}/{_MEMBER}")
            assert member is not None
            _PLACE.write_bytes(member.read())


def main() -> int:
    """Print the path of the grammar, fetching it first if asked to."""
    if find_atom_grammar() is None and "--install" in sys.argv:
        install_atom_grammar()
    path = find_atom_grammar()
    print(path or HELP, file=sys.stdout if path else sys.stderr)
    return 0 if path else 1


if __name__ == "__main__":
    raise SystemExit(main())
