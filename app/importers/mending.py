"""Text that was decoded wrongly on its way here: put right where that is certain, else left as it is.

UTF-8 read as Windows-1252 turns "Žalimas" into "Å½alimas". The ready-made repair (ftfy 6.3.1) was tried and
not taken: it changes clean text too (German „ß“ becomes a letter of N'Ko), and an archive of quotations must
never change a letter that its source has. So only what no European orthography can mean is put right.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace


def _bytes_by_character() -> dict[str, int]:
    """Windows-1252 backwards, the five bytes that it leaves undefined read as Latin-1 reads them."""
    found = {chr(byte): byte for byte in range(0x80, 0x100)}
    for byte in range(0x80, 0xA0):
        try:
            found[bytes([byte]).decode("cp1252")] = byte
        except UnicodeDecodeError:
            continue
    return found


_FIRST_LEADING = 0xC0  # below are the bytes that continue a character in UTF-8
_BYTES = _bytes_by_character()
_FOLLOWING = "".join(re.escape(character) for character, byte in _BYTES.items() if byte < _FIRST_LEADING)
# The first bytes of the letters of Europe (Latin, Greek, Cyrillic) and of typographic marks.
_SEQUENCE = re.compile(rf"[ÂÃÄÅÈÎÏÐÑ][{_FOLLOWING}]|â[€‚„\x80\x82\x84][{_FOLLOWING}]")
_MOST_TIMES = 20  # that a text is decoded wrongly; each time makes it longer
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
# What can stand after a letter in clean text: marks, and letters that Windows-1252 has there.
_ORDINARY = frozenset("“”‘’„‚–—…«»‹›·ªº\xa0ŠŒŽšœžŸ™®©€%‰°²³¹")


@dataclass(frozen=True, slots=True)
class Mending:
    """A stretch of a text, and the letters that it was before it was decoded wrongly."""

    start: int
    end: int
    text: str


def mend(text: str) -> str:
    """``text`` with what was certainly decoded wrongly put right and surrogates joined or replaced.

    Mending twice changes nothing more.

    >>> mend("Å½alimas and “Müller” of the „ß“"), mend("StarmerÃ¢â‚¬â„¢s")
    ('Žalimas and “Müller” of the „ß“', 'Starmer’s')
    """
    if _LONE_SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _mended(text, mendings(text))


def mendings(text: str) -> Sequence[Mending]:
    """The stretches that were certainly decoded wrongly, in order and apart, each with what it means.

    What was decoded wrongly several times is put right as often.
    """
    found = _mendings_once(text)
    more = found
    for _ in range(_MOST_TIMES):
        if not more:
            break
        present = _mended(text, found)
        more = _mendings_once(present)
        if more:
            found = _composed(present, found, more)
    return found


def _mended(text: str, found: Sequence[Mending]) -> str:
    pieces, at = [], 0
    for mending in found:
        pieces += [text[at : mending.start], mending.text]
        at = mending.end
    return "".join([*pieces, text[at:]])


def _composed(present: str, found: Sequence[Mending], more: Sequence[Mending]) -> list[Mending]:
    """``more`` mendings of the ``present`` text, in which ``found`` are done, with these as mendings of one.

    Of those that overlap one is made.
    """
    stretches: list[_Stretch] = []
    shift = 0
    # In the present text, with how far what follows lies behind its place in the first one.
    for one in found:
        start = one.start + shift
        shift += len(one.text) - (one.end - one.start)
        stretches.append((start, one.end + shift, shift))
    stretches += [(one.start, one.end, None) for one in more]
    composed: list[Mending] = []
    waiting = deque(more)
    shift = 0
    for start, end, inner in _joined(stretches):
        done = []
        while waiting and waiting[0].end <= end:
            one = waiting.popleft()
            done.append(replace(one, start=one.start - start, end=one.end - start))
        before, shift = shift, shift if inner is None else inner
        composed.append(Mending(start - before, end - shift, _mended(present[start:end], done)))
    return composed


_Stretch = tuple[int, int, int | None]


def _joined(stretches: Iterable[_Stretch]) -> Iterator[_Stretch]:
    """Stretches in order, those that overlap made one; of the last numbers that are given the last counts."""
    last: _Stretch | None = None
    for start, end, shift in sorted(stretches, key=lambda one: (one[0], one[1])):
        if last is not None and start < last[1]:
            last = (last[0], max(last[1], end), last[2] if shift is None else shift)
            continue
        if last is not None:
            yield last
        last = (start, end, shift)
    if last is not None:
        yield last


def _mendings_once(text: str) -> list[Mending]:
    """The stretches that were decoded wrongly the last time.

    Once one is certain and the whole can be read so, all of the text was decoded wrongly.
    """
    certain = _certain(text)
    if not certain:
        return []
    runs = list(_NON_ASCII.finditer(text))
    is_whole = all(_decoded(run.group()) for run in runs)
    found = ((match, _decoded(match.group())) for match in (runs if is_whole else certain))
    return [Mending(match.start(), match.end(), meant) for match, meant in found if meant]


def _certain(text: str) -> list[re.Match[str]]:
    """The sequences that are certain; one that is settles what stands beside its neighbours."""
    found = [match for match in _SEQUENCE.finditer(text) if _decoded(match.group())]
    meant: dict[int, str] = {}
    waiting = deque(range(len(found)))
    while waiting:
        number = waiting.popleft()
        if number in meant:
            continue
        match = found[number]
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        if number - 1 in meant and found[number - 1].end() == match.start():
            before = meant[number - 1][-1]
        if number + 1 in meant and found[number + 1].start() == match.end():
            after = meant[number + 1][0]
        if _is_certain(match.group(), before, after):
            meant[number] = _decoded(match.group()) or ""
            waiting.extend(beside for beside in (number - 1, number + 1) if 0 <= beside < len(found))
    return [match for number, match in enumerate(found) if number in meant]


def _is_certain(words: str, before: str, after: str) -> bool:
    """Whether no clean text has these characters in a row between these letters.

    "â€" is no beginning of anything; a control character after a letter neither. "Å½" is none with a small
    letter at one side, "Ä“" (which ends a quotation that ends in "Ä") only with small letters at both.
    """
    if words[0] == "â" or "\x80" <= words[1] <= "\x9f":
        return True
    if words[1] in _ORDINARY and not (words[0] == "Ã" and words[1] == "©"):
        return before.islower() and after.islower()
    return before.islower() or after.islower()


def _decoded(text: str) -> str | None:
    """What bytes beyond ASCII mean in UTF-8; None if they mean nothing there."""
    try:
        return bytes(_BYTES[character] for character in text).decode()
    except (KeyError, UnicodeDecodeError):
        return None
