"""One target of ``tests.fuzz`` in this process, with our own code instrumented so that atheris sees it."""

from __future__ import annotations

import importlib
import sys

if __name__ == "__main__":
    atheris = importlib.import_module("atheris")  # has wheels for Linux on x86-64 alone
    with atheris.instrument_imports(include=["app"]):
        fuzz = importlib.import_module("tests.fuzz")
    fuzz.fuzz_in_process(sys.argv[1], int(sys.argv[2]))
