"""Checks that the hashed pins still satisfy pyproject.toml: resolving anew from them must change nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_OPTIONS = ("--quiet", "--universal", "--generate-hashes", "--no-header", "--python-version", "3.11")
_LOCKS = {
    "requirements.txt": ("--group", "build"),
    "requirements-opensearch.txt": ("--extra", "opensearch", "--group", "build", "-c", "requirements.txt"),
    "requirements-dev.txt": (
        *("--extra", "opensearch", "--group", "dev"),
        *("-c", "requirements.txt", "-c", "requirements-opensearch.txt"),
    ),
}


def resolve_anew(folder: Path) -> None:
    """Resolve the locks in ``folder``, which holds copies of them: present pins are kept where they fit."""
    uv = Path(sys.executable).with_name("uv")
    for lock, group in _LOCKS.items():
        command = [str(uv), "pip", "compile", *_OPTIONS, "pyproject.toml", *group, "-o", lock]
        subprocess.run(command, check=True, cwd=folder)


def main() -> int:
    """Compare; print what to do and return 1 where a lock is out of date."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in ("pyproject.toml", *_LOCKS):
            shutil.copy(_ROOT / file, folder / file)
        resolve_anew(folder)
        stale = [lock for lock in _LOCKS if (folder / lock).read_bytes() != (_ROOT / lock).read_bytes()]
    for lock in stale:
        sys.stderr.write(f"{lock} does not fit pyproject.toml: run `make lock`\n")
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
