"""Links that lead to words on somebody else's page (the URL fragment text directive of the WICG)."""

from __future__ import annotations

from urllib.parse import quote

_WHOLE_WORDS = 12  # of a longer text the beginning and the end are named
_END_WORDS = 5


def to_words(url: str | None, words: str) -> str | None:
    """The address of these words at ``url``; None where that is no address of the web.

    A browser that does not find the words, or does not know the directive, shows the top of the page.

    >>> to_words("https://a.example/1#top", "a pact, well-made")
    'https://a.example/1#:~:text=a%20pact%2C%20well%2Dmade'
    >>> to_words("https://a.example/1", "one two three four five six seven eight nine ten eleven twelve more")
    'https://a.example/1#:~:text=one%20two%20three%20four%20five,nine%20ten%20eleven%20twelve%20more'
    """
    if not url or not url.startswith(("https://", "http://")):
        return None
    listed = words.split()
    if len(listed) > _WHOLE_WORDS:
        directive = ",".join(_escaped(part) for part in (listed[:_END_WORDS], listed[-_END_WORDS:]))
    else:
        directive = _escaped(listed)
    return f"{url.partition('#')[0]}#:~:text={directive}"


def _escaped(words: list[str]) -> str:
    """A dash, too, means something in the directive."""
    return quote(" ".join(words), safe="").replace("-", "%2D")
