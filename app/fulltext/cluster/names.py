"""What the indexes of an archive are called on a cluster.

Readers ask for an alias, which names the version of the program's indexes: so an index of another version is
never read, and a rebuild puts the alias on another index at one stroke.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from app.fulltext.index_folder import VERSION


@dataclass(frozen=True, slots=True)
class IndexNames:
    """The names of one index (of articles, or of quotations) and of its vocabulary."""

    prefix: str
    name: str

    @property
    def documents(self) -> str:
        """The alias of the documents."""
        return f"{self._base}-v{VERSION}"

    @property
    def words(self) -> str:
        """The alias of the vocabulary."""
        return f"{self._base}-words-v{VERSION}"

    @property
    def all_versions(self) -> str:
        """A pattern of the aliases of the documents in any version."""
        return f"{self._base}-v*"

    @property
    def all(self) -> str:
        """A pattern of everything of this index; others may have names like it: see ``is_own``."""
        return f"{self._base}-*"

    @property
    def locks(self) -> str:
        """The index of all locks of an archive."""
        return f"{self.prefix}-locks"

    def is_own(self, physical: str) -> bool:
        """Whether an index is one of this program's version or an older one."""
        found = re.fullmatch(rf"{re.escape(self._base)}(?:-words)?-v([0-9]+)-[0-9a-f]{{8}}", physical)
        return found is not None and int(found[1]) <= VERSION

    def new(self) -> tuple[str, str]:
        """Names that no index has yet: of documents and of words."""
        mark = secrets.token_hex(4)
        return f"{self.documents}-{mark}", f"{self.words}-{mark}"

    @property
    def _base(self) -> str:
        return f"{self.prefix}-{self.name}"
