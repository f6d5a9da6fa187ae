"""A process that takes a file in and is stopped in the middle of telling the indexes: for tests that kill it.

``python -m tests.postgres.teller FILE`` says "telling" and waits for its end. It is on the archive that the
environment names.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import NoReturn
from unittest.mock import patch

from app import indexing
from app.archive import open_archive
from app.ingest import ingest
from app.settings import read_settings


def stop_here(*_arguments: object) -> NoReturn:
    """What telling comes to first: it has read what is to be told, and written nothing."""
    sys.stdout.write("telling\n")
    sys.stdout.flush()
    while True:
        time.sleep(60)


if __name__ == "__main__":
    with patch.object(indexing, "article_documents", stop_here):
        ingest(open_archive(read_settings()), [Path(sys.argv[1])])
