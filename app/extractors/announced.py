"""Words yet to be said: "is expected to say", "is due to tell", "will argue"."""

from __future__ import annotations

from app.extractors.paragraphs import Paragraph

_LEADS_TO = frozenset(
    "expected due set scheduled likely going about preparing poised planning plans planned slated".split()
)
_BE = frozenset(("is", "are", "was", "were", "be"))
_WILL = frozenset(("will", "shall", "'ll"))
_BACK = 6
_CLAUSE = 40


def is_announced(paragraph: Paragraph, cue: int) -> bool:
    """Whether the reporting word at token ``cue`` tells of what somebody has yet to say.

    A participle has the time of the clause it hangs on: "will speak in Leith, saying …".
    """
    if paragraph.tags[cue] not in "Gg":
        return _is_future(paragraph, cue)
    low = paragraph.sentence(cue)[0]
    for at in range(cue - 1, max(low, cue - _CLAUSE), -1):
        if paragraph.tags[at] in "VvF" and not _is_infinitive_of_purpose(paragraph, at):
            return _is_future(paragraph, at)
    return False


def _is_infinitive_of_purpose(paragraph: Paragraph, verb: int) -> bool:
    """Whether "to" before the verb hangs on no word of intent: the clause's own verb is further left."""
    return verb > 0 and paragraph.tokens[verb - 1].low == "to" and not _is_future(paragraph, verb)


def _is_future(paragraph: Paragraph, verb: int) -> bool:
    tokens, tags = paragraph.tokens, paragraph.tags
    at = _skip_adverbs(paragraph, verb - 1)
    if at < 0:
        return False
    if tokens[at].low == "to" and at > 0:
        at = _skip_adverbs(paragraph, at - 1)
        return at >= 0 and (tokens[at].low in _LEADS_TO or tokens[at].low in _BE)
    if tokens[at].low == "and" and at > 0 and tags[verb] in "VvF":
        return any(token.low in _WILL for token in tokens[max(0, at - _BACK) : at])
    if tags[at] in "OKN" and _contracts_will(tokens[at].word):
        return True
    return tokens[at].low in _WILL and tags[at] == "X"


def _contracts_will(word: str) -> bool:
    return word.lower().endswith(("'ll", "’ll"))


def _skip_adverbs(paragraph: Paragraph, at: int) -> int:
    floor = max(0, at - _BACK)
    while at > floor and paragraph.tags[at] in "AT":
        at -= 1
    return at
