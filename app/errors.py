"""What can go wrong, as one small tree. Doors translate it; rooms never know HTTP or exit codes."""

from __future__ import annotations

from datetime import date
from pathlib import Path


class ArchiveError(Exception):
    """Anything this program reports to its user; the message says what to do about it."""


class SettingsError(ArchiveError):
    """A setting has a value that cannot be used."""


class NotFoundError(ArchiveError):
    """The archive has nothing under this name."""

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"the archive has no {what} {name!r}")
        self.what = what
        self.name = name


class MovedError(ArchiveError):
    """What was known under this name is found under another one, ``slug``, since an editor merged the two."""

    def __init__(self, what: str, name: str, slug: str) -> None:
        super().__init__(f"the {what} {name!r} is {slug!r} now")
        self.what = what
        self.name = name
        self.slug = slug


class WithdrawnError(ArchiveError):
    """An article that an editor has taken out of the archive; ``correction_id`` is the entry of the log."""

    def __init__(self, article_id: int, reason: str, since: date, correction_id: int) -> None:
        super().__init__(f"article {article_id} was withdrawn on {since.isoformat()}: {reason}")
        self.article_id = article_id
        self.reason = reason
        self.since = since
        self.correction_id = correction_id


class CorrectionError(ArchiveError):
    """A correction that cannot be made as it stands; the message says what to do."""


class QueryError(ArchiveError):
    """A request for results that cannot be carried out as it stands."""

    def __init__(self, message: str, query: str) -> None:
        super().__init__(message)
        self.query = query


class TookTooLongError(ArchiveError):
    """Work for a request was given up when its time was over."""

    def __init__(self) -> None:
        super().__init__("the answer took too long to find: ask for less, or try again later")


class TooBusyError(ArchiveError):
    """So many others were waiting that a request did not get its turn."""

    def __init__(self) -> None:
        super().__init__("more is asked than can be answered just now: try again in a few seconds")


class TooManyRequestsError(ArchiveError):
    """A client asked too often; it may ask again after ``wait_seconds``."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(f"too many requests: try again in {wait_seconds} seconds")
        self.wait_seconds = wait_seconds


class RejectedInputError(ArchiveError):
    """A file that cannot be taken in; ``reason`` says why, ``advice`` what to do.

    ``member`` is the part of the file that is meant, where it holds several; empty for the whole.
    """

    def __init__(self, path: Path, reason: str, advice: str, member: str = "") -> None:
        subject = f"{path}!/{member}" if member else f"{path}"
        super().__init__(f"{subject}: {reason}: {advice}")
        self.path = path
        self.reason = reason
        self.advice = advice
        self.member = member


class NoArticleError(RejectedInputError):
    """A file that can be read but is no article: in a folder it is passed over, named on its own refused."""


class RejectedAddressError(ArchiveError):
    """A web address that is not fetched; ``reason`` says why, ``advice`` what to do."""

    def __init__(self, url: str, reason: str, advice: str) -> None:
        super().__init__(f"{url}: {reason}: {advice}")
        self.url = url
        self.reason = reason
        self.advice = advice


class HelperEndedError(ArchiveError):
    """A process that helped this one was ended by somebody else."""

    def __init__(self) -> None:
        super().__init__(
            "a process that helped was ended from outside, perhaps for want of memory: run it again "
            "with fewer --jobs; what is stored stays, and nothing is stored twice"
        )


class RegisterError(ArchiveError):
    """A register file (people or programmes) that does not hold what it must."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path


class GoldError(ArchiveError):
    """A file of annotated articles that does not hold what it must."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path


class DatabaseError(ArchiveError):
    """The database cannot be used as it is."""


class DatabaseUnavailableError(DatabaseError):
    """The server that has the database does not answer; ``reason`` is what became of the attempt."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"the database does not answer ({reason}): see that its server runs and that "
            "ARCHIVE_DATABASE_URL leads to it; what is stored stays"
        )
        self.reason = reason


class IndexUnavailableError(ArchiveError):
    """The search index cannot be used as it is."""


class IndexLockedError(IndexUnavailableError):
    """Another process is writing to the search index."""
