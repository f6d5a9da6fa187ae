"""Where the top-level folders lie: beside ``app/`` in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource_folder(name: str) -> Path:
    """The folder ``templates``, ``static``, ``migrations`` or ``seeds``.

    Raises FileNotFoundError where the installation lacks it.
    """
    for parent in (_PACKAGE / "_bundled", _PACKAGE.parent):
        if (parent / name).is_dir():
            return parent / name
    raise FileNotFoundError(
        f"the folder {name!r} is missing from this installation: install the program again"
    )
