"""What editors decide about articles and outlets."""

from __future__ import annotations

from app.archive import Archive
from app.display import DisplayMode
from app.indexing import update_index
from app.store import articles
from app.store.database import write_session


def show_article(archive: Archive, article_id: int, mode: DisplayMode) -> int:
    """Show so much of one article; how many articles that is for. Raises NotFoundError."""
    with write_session(archive.engine) as session:
        count = articles.set_article_display(session, article_id, mode)
    update_index(archive)
    return count


def show_outlet(archive: Archive, slug: str, mode: DisplayMode) -> int:
    """Show so much of an outlet's articles, present and coming; how many it has. Raises NotFoundError."""
    with write_session(archive.engine) as session:
        count = articles.set_outlet_display(session, slug, mode)
    update_index(archive)
    return count
