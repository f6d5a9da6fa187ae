"""What each word is in its sentence: one letter, from closed word lists and the words beside it.

A paragraph keeps the tags of its tokens as one string, so that the grammar above reads plainly. The tags::

    Q  a marked stretch               K  a capitalised word          N  any other noun or adjective
    V  speech verb, finite            v  reporting verb, finite      F  other verb, finite or participle
    G  speech verb in -ing            g  reporting verb in -ing      i  other verb in -ing
    p  participle in the passive ("was asked", "asked about")        X  auxiliary or modal
    O  subject pronoun                M  object pronoun              D  determiner or number
    P  preposition                    S  subordinator                W  relative pronoun
    C  coordinator                    A  adverb                      T  word of time
    , ; : . ( )  themselves           -  a dash                      ?  anything else
"""

# ruff: noqa: PLR2004 - the numbers are shortest words an ending is trusted on, each where it is used

from __future__ import annotations

from app.extractors.lexemes import (
    CLOSED,
    MARKED,
    NOT_ADVERBS,
    NOUN_IN_S,
    PUNCTUATION,
    STANDALONE,
    UNSETTLED,
    Lexeme,
)
from app.extractors.lexicon import (
    FUNCTION_NAMES,
    GIVEN_NAMES,
    NOUN_HOMOGRAPHS,
    SPEAKER_NOUNS,
    TITLE_WORDS,
    VERBS,
    Verb,
    VerbForm,
    word_set,
)

_OPEN = frozenset((UNSETTLED, NOUN_IN_S))
_BE = frozenset(
    [
        "is",
        "was",
        "are",
        "were",
        "be",
        "been",
        "being",
        "am",
        "isn't",
        "wasn't",
        "aren't",
        "weren't",
        "get",
        "gets",
        "got",
    ]
)
_ASKED_ABOUT = frozenset(
    ["about", "if", "whether", "why", "how", "for", "by", "at", "on", "what", "to", "when", "in"]
)
_CALENDAR = word_set("calendar")
_PARTICIPLES = {"V": "G", "v": "g", "F": "i"}
_ASKING = ("asked", "pressed", "questioned", "told", "quizzed", "challenged")
_SENTENCE_OPENERS = ("", ".", "Q", ":", "-")


class _Here:
    """A place among tokens, moved along them; ``tags`` are settled to its left only."""

    __slots__ = ("at", "before", "tags", "tokens")

    def __init__(self, tokens: list[Lexeme], tags: list[str]) -> None:
        self.tokens, self.tags = tokens, tags
        self.at, self.before = 0, ""

    @property
    def following(self) -> Lexeme | None:
        return self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else None

    @property
    def is_initial(self) -> bool:
        return self.before in _SENTENCE_OPENERS

    @property
    def governor(self) -> tuple[Lexeme, str] | None:
        """The token to the left with a few adverbs passed over, and its tag."""
        left = self.at - 1
        while left >= 0 and self.tags[left] == "A" and self.at - left < 5:
            left -= 1
        return (self.tokens[left], self.tags[left]) if left >= 0 else None

    @property
    def follows_be(self) -> bool:
        governor = self.governor
        return governor is not None and governor[0].low in _BE

    @property
    def follows_determiner(self) -> bool:
        """Whether a determiner or possessive makes this word part of a noun phrase."""
        if self.before == "D":
            return self.tokens[self.at - 1].low not in STANDALONE
        return self.before != "" and self.before in "NK" and self.tokens[self.at - 1].has_apostrophe

    def is_followed_by(self, tags: str, *words: str) -> bool:
        """Whether the next word has one of the tags it can have by itself, or is one of the words."""
        following = self.following
        if following is None:
            return False
        tag = "Q" if following is MARKED else _tag_by_itself(following)
        return tag in tags or following.low in words


def tag_tokens(tokens: list[Lexeme], *, is_headline: bool) -> str:
    """The tags of the tokens of a paragraph, those that depend on neighbours settled."""
    tags = [token.tag for token in tokens]
    here = _Here(tokens, tags)
    for at in [index for index, tag in enumerate(tags) if tag in _OPEN]:
        before = tags[at - 1] if at else ""
        if tags[at] == NOUN_IN_S and before != "K":
            tags[at] = "N"
        else:
            here.at, here.before = at, before
            tags[at] = _tag_of(tokens[at], here, is_headline=is_headline)
    return "".join(tags)


def _tag_by_itself(token: Lexeme) -> str:
    if not token.word[0].isalnum():
        return PUNCTUATION.get(token.word, "?")
    return "K" if token.is_capital else CLOSED.get(token.low, "N")


def _tag_of(token: Lexeme, here: _Here, *, is_headline: bool) -> str:
    closed = CLOSED.get(token.low)
    if closed and not _is_name_despite(token, closed, here):
        return closed
    if token.is_capital:
        return _tag_of_capital(token, here, is_headline=is_headline)
    if token.word[0].isdigit():
        return _tag_of_number(token.low, here.before)
    return _tag_of_lower(token.low, here)


def _is_name_despite(token: Lexeme, closed: str, here: _Here) -> bool:
    """Whether a capitalised function word is a name or acronym ("Will Hale", "US")."""
    if len(token.word) > 1 and token.word.isupper():
        return True
    if token.low in FUNCTION_NAMES:
        return not here.is_initial or (here.following is not None and here.following.is_capital)
    is_first_name = closed == "T" and token.low in GIVEN_NAMES and here.is_followed_by("K")
    is_calendar = token.low.endswith("day") or token.low in _CALENDAR
    return is_first_name or (
        not here.is_initial and (closed in "XMAS" or (closed == "T" and not is_calendar))
    )


def _tag_of_number(low: str, before: str) -> str:
    if "-" in low and low[-1].isalpha():
        return "N"  # "the 46-year-old"
    is_year = len(low) == 4 and low.isdigit() and low[:2] in ("19", "20")
    return "T" if is_year or before == "T" else "D"


def _tag_of_capital(token: Lexeme, here: _Here, *, is_headline: bool) -> str:
    verb = VERBS.get(token.low)
    following = here.following
    if verb and is_headline and not here.is_initial and verb.tag in "Vv" and verb.form is VerbForm.THIRD:
        return verb.tag
    if not here.is_initial or token.low in GIVEN_NAMES or following is None:
        return "K"
    if verb and not following.is_capital and verb.form in (VerbForm.ING, VerbForm.PAST):
        return "p" if verb.form is VerbForm.PAST else _PARTICIPLES[verb.tag]
    if token.low.endswith("ly") and following.word == "," and len(token.low) > 5:
        return "A"
    is_participle = token.low.endswith("ing") and len(token.low) > 5 and following.low in CLOSED
    return "i" if is_participle else "K"


def _tag_of_lower(low: str, here: _Here) -> str:
    if len(low) > 4 and low.endswith("ly") and low not in NOT_ADVERBS:
        return "A"
    if low in ("put", "puts") and here.following is not None and here.following.low == "it":
        return "V"  # "as one diplomat put it"
    verb = VERBS.get(low) or _unlisted_verb(low, here)
    if verb is None or here.follows_determiner:
        return "N"
    return _VERB_RULES[verb.form](low, verb.tag, here)


def _unlisted_verb(low: str, here: _Here) -> Verb | None:
    """A verb known by its ending: "greeted", "…, greeting", "Smith greets the"."""
    if len(low) > 4 and low.endswith("ed") and "-" not in low:
        return Verb("F", VerbForm.PAST)
    if len(low) > 5 and low.endswith("ing") and here.before in (",", "X", "", "S"):
        return Verb("F", VerbForm.ING)
    if (
        here.before == "K"
        and low.endswith("s")
        and not low.endswith("ss")
        and here.is_followed_by("DOMK", "to")
    ):
        return Verb("F", VerbForm.THIRD)
    return None


def _past_tag(low: str, tag: str, here: _Here) -> str:
    if here.follows_be:
        return "p"
    if (
        low in _ASKING
        and here.before != ""
        and here.before in ",S"
        and here.is_followed_by("", *_ASKED_ABOUT)
    ):
        return "p"
    return "N" if here.before == "P" else tag


def _third_tag(low: str, tag: str, here: _Here) -> str:
    if here.before == "P":
        return "N"
    if low not in NOUN_HOMOGRAPHS:
        return tag
    if here.governor is None:
        return "N"
    governor, its_tag = here.governor
    if its_tag in "OW":
        return tag
    if its_tag == "K" and governor.low in TITLE_WORDS:  # "Republican claims" are more often a noun
        return tag if here.is_followed_by("Q", "that") else "N"
    is_subject = its_tag in "K)" or governor.low in SPEAKER_NOUNS
    complement = "QDO:K,S?" if its_tag == "K" else "QDO:K,SN?"
    return tag if is_subject and here.is_followed_by(complement, "to", "that", "not") else "N"


def _base_tag(low: str, tag: str, here: _Here) -> str:
    if here.governor is None:
        return "N"
    governor, its_tag = here.governor
    if here.before == "P" and governor.low != "to":
        return "N"
    if low == "close" and here.is_followed_by("", "to"):
        return "N"  # "sources close to the ministry"
    if its_tag in "XOW" or governor.low == "to":
        return tag
    plural = (its_tag in "NK" and governor.low.endswith("s")) or governor.low in ("people", "police")
    if low in NOUN_HOMOGRAPHS:
        left = "".join(here.tags[max(0, here.at - 3) : here.at])
        return tag if left == "KCK" or (plural and governor.low in SPEAKER_NOUNS) else "N"
    is_verb_alone = tag == "V" and its_tag in "NK"  # "sources close to the government say"
    return tag if plural or is_verb_alone or its_tag in "),D" else "N"


def _ing_tag(low: str, tag: str, here: _Here) -> str:
    if here.follows_be:
        return tag
    if here.before == "P" and tag != "V":
        return "N"
    if low in NOUN_HOMOGRAPHS and here.before != "" and here.before in "NK":
        return "N"
    return _PARTICIPLES[tag]


_VERB_RULES = {
    VerbForm.PAST: _past_tag,
    VerbForm.THIRD: _third_tag,
    VerbForm.BASE: _base_tag,
    VerbForm.ING: _ing_tag,
}
