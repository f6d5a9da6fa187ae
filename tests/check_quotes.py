"""Checks floors on annotated news that is not part of this project: ``check_quotes.py SHARED_DIR``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.evaluate import describe, evaluate
from app.extractors.rules import RuleExtractor

FOUND_F1 = 0.972
RIGHT_NAME = 0.940
RIGHT_NAME_DIRECT = 0.950
END_TO_END_F1 = 0.915
INDIRECT_F1 = 0.715


def main() -> int:
    """Measure, print the figures, compare with the floors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    gold = parser.parse_args().shared / "quotes" / "dev.jsonl"
    result = evaluate(RuleExtractor(), gold)
    indirect = evaluate(RuleExtractor(), gold, indirect=True)
    sys.stdout.write(f"{describe(result)}\n\nindirect speech\n{describe(indirect)}\n")
    direct = result.groups["kind: direct"]
    holds = (
        direct.named / direct.found >= RIGHT_NAME_DIRECT
        and result.found_figures()[2] >= FOUND_F1
        and result.name_accuracy() >= RIGHT_NAME
        and result.end_to_end_figures()[2] >= END_TO_END_F1
        and indirect.found_figures()[2] >= INDIRECT_F1
    )
    sys.stdout.write("floors hold\n" if holds else "a figure is under its floor\n")
    return 0 if holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
