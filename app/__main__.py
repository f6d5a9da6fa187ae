"""The door of the shell, for ``defence-archive`` and ``python -m app``.

A process that helps another one imports the main module anew, and needs nothing of the command line: so it is
imported when it is used.
"""


def main() -> None:
    """Run the command line."""
    from app.cli import main as run  # noqa: PLC0415

    run()


if __name__ == "__main__":
    main()
