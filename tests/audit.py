"""Asks for known holes in the pinned libraries of ``requirements.txt``; says so where nobody can be asked.

pip-audit by itself ends well when it could ask nobody, which would be taken for a clean bill: here that is an
error of its own, with exit code 2.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_LOCK = Path(__file__).resolve().parents[1] / "requirements.txt"
_NOT_ASKED = (
    "could not be audited",
    "ConnectionError",
    "Max retries",
    "timed out",
    "HTTPError",
    "ServiceError",
)


def main() -> int:
    """0: no known hole; 1: there are some; 2: it is not known."""
    command = [sys.executable, "-m", "pip_audit", "--strict", "--disable-pip", "--require-hashes"]
    options = ["--progress-spinner", "off", "--timeout", "15", "-r", str(_LOCK)]
    told = ""
    for service in ("pypi", "osv"):
        done = subprocess.run(
            [*command, *options, "--vulnerability-service", service],
            capture_output=True,
            text=True,
            check=False,
        )
        told = done.stdout + done.stderr
        if not any(words in told for words in _NOT_ASKED):
            sys.stdout.write(told)
            return done.returncode
    sys.stderr.write(
        "NOT AUDITED: no database of advisories can be reached from here, so nothing is known of the pins.\n"
        "Run this where the package index and osv.dev can be reached. The last answer was:\n"
        f"  {told.strip().splitlines()[-1][:300]}\n"
    )
    return 2


if __name__ == "__main__":
    raise SystemExit(main())
