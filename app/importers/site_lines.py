"""Lines by which sites speak of themselves inside their articles: cross-references, advertising, buttons."""

from __future__ import annotations

import re

_LONGEST = 600
# Each must match a whole line.
_SITE_LINE = re.compile(
    r"""
      (?: read | also\ read | see | learn | more )\ (?: more | also | next | on\ this | from )\b .{0,200}
    | (?: lees\ ook | lesen\ sie\ auch | mehr\ zum\ thema | (?:à\ )?lire\ aussi | leggi\ anche | lea\ también
        | czytaj\ także | ver\ também )\b .{0,200}
    | (?: related | popular | recommended | most\ read | most\ popular | trending )
      (?: \ (?: articles? | stories | videos? | topics | content | news | now | in\ \w+ ) | : .{0,200} )?
    | advertisement (?:\ ?\d+)? (?: \ ?story\ continues\ below )?
    | story\ continues\ below (?:\ advertisement)? | article\ content
    | anzeige | publicité | werbung | publicidad
    | (?: sign\ up | subscribe | register )\b .{0,160}
      \b(?: newsletters? | e-?mails? | inbox | alerts )\b .{0,60}
    | sign\ up | subscribe (?:\ now)?
    | (?: get | for | check\ out | stay | do\ not\ miss )\b .{0,200}
      \b(?: in\ your\ inbox | newsletters? | latest\ news\ from )\b .{0,100}
    | (?: click | tap | swipe )\ here\b .{0,160}
    | follow\ (?: us | me | him | her | along )\b .{0,160}
    | do\ you\ have\ a\ story\b .{0,160}
    | .{0,80} \bindependently\ (?: select | review ) .{0,250} \bcommission\b .{0,80}
    | .{0,200} \bmay\ earn\ an?\ (?:affiliate\ )?commission\b .{0,150}
    | our\ standards: .{0,120}
    | (?: copyright\s+ )? © .{0,160}
    | .{0,80} all\ rights\ reserved .{0,80}
    | share (?:\ this (?:\ article)? )? | comments? | copy\ link | print | save | listen | watch
    | [•\s]* e-?mail:\s\S+@\S+
    | [\W_]+
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OTHER_ARTICLES = re.compile(
    r"(?:more from|more on|popular|most read|most popular|related|read next|latest|you may also like"
    r"|recommended)\b[^.!?]{0,60}",
    re.IGNORECASE,
)


def is_site_line(line: str) -> bool:
    """Whether the line is the site's and not the report's.

    >>> is_site_line("READ MORE: Ministers meet in London"), is_site_line("Readers were told more on Friday.")
    (True, False)
    """
    return len(line) <= _LONGEST and _SITE_LINE.fullmatch(line) is not None


def announces_other_articles(line: str) -> bool:
    """Whether the line is a heading after which a page goes on with other articles.

    >>> announces_other_articles("More from The Example")
    True
    """
    return _OTHER_ARTICLES.fullmatch(line) is not None
