"""British and American spelling as one: both are turned into the British form before stemming.

The endings follow the comparison of the two spellings in any large dictionary (-ise/-ize, -our/-or,
-re/-er, -ence/-ense, -yse/-yze, doubled l); the words are those of reporting on defence and politics.
Two words that fall together by it ("prize", "prise") are found together: cheap beside a missed report.
"""

from __future__ import annotations

import re

_IZE = re.compile(r"(?<=[a-z]{3})i(z)(?=(?:e|es|ed|ing|er|ers|ation|ations|ational)$)")
_YZE = re.compile(r"(?<=[a-z]{2})y(z)(?=(?:e|es|ed|ing|er|ers)$)")
_ENDINGS = r"(?=(?:s|ed|ing|er|ers|able|al|ful|less|ly|man|men|hoods?|ites?|y|ies|ists?)?$)"
_OR = re.compile(
    r"^(arm|behavi|cand|col|demean|endeav|fav|fl?av|harb|hon|hum|lab|neighb|ranc|rum|sav|splend|val|vap|vig)or"
    + _ENDINGS
)
_ER = re.compile(
    r"^(cent|theat|calib|fib|lit|lust|meag|kilomet|millimet|centimet|spect|somb)er(?=s?$)",
)
_ENSE = re.compile(r"^(def|off|pret|lic)ense")
_DOUBLE_L = re.compile(
    r"^(cancel|counsel|fuel|label|level|marshal|model|quarrel|signal|total|travel|tunnel)"
    r"(?=(?:ed|ing|er|ers|ors?)$)"
)
_RULES = (
    ("iz", _IZE, "is"),
    ("yz", _YZE, "ys"),
    ("or", _OR, r"\1our"),
    ("er", _ER, r"\1re"),
    ("ense", _ENSE, r"\1ence"),
    ("l", _DOUBLE_L, r"\1l"),
)
_WORDS = {
    "acknowledgment": "acknowledgement",
    "aging": "ageing",
    "airplane": "aeroplane",
    "airplanes": "aeroplanes",
    "aluminum": "aluminium",
    "analog": "analogue",
    "artifact": "artefact",
    "artifacts": "artefacts",
    "catalog": "catalogue",
    "dialog": "dialogue",
    "enroll": "enrol",
    "enrollment": "enrolment",
    "fulfill": "fulfil",
    "fulfillment": "fulfilment",
    "fulfills": "fulfils",
    "gray": "grey",
    "jewelry": "jewellery",
    "judgment": "judgement",
    "maneuver": "manoeuvre",
    "maneuvered": "manoeuvred",
    "maneuvering": "manoeuvring",
    "maneuvers": "manoeuvres",
    "pajamas": "pyjamas",
    "plow": "plough",
    "program": "programme",
    "programs": "programmes",
    "skeptic": "sceptic",
    "skeptical": "sceptical",
    "skepticism": "scepticism",
    "skeptics": "sceptics",
}
_AMERICAN = {british: american for american, british in _WORDS.items()}
# Where a British spelling may have an American one; whether it has is for `british` to say.
_TO_AMERICAN = (("is", "iz"), ("ys", "yz"), ("our", "or"), ("tre", "ter"), ("ence", "ense"), ("ll", "l"))


def british(word: str) -> str:
    """The British spelling of a folded word; any other word comes back as it is.

    >>> [british(word) for word in ("defense", "mobilization", "labor", "program", "signaled", "seize")]
    ['defence', 'mobilisation', 'labour', 'programme', 'signalled', 'seize']
    """
    if word in _WORDS:
        return _WORDS[word]
    for letters, pattern, spelling in _RULES:
        # Said quickly: most words have none of the letters, most of the others are no such word.
        if letters in word and pattern.search(word):
            word = pattern.sub(spelling, word)
    return word


def other_spelling(word: str) -> str | None:
    """The other spelling of a folded word, British or American; None if it has one alone.

    A word that could be spelled so need not exist: "promise" gives "promize".

    >>> [other_spelling(word) for word in ("defence", "defense", "labour", "programme", "signalled", "pact")]
    ['defense', 'defence', 'labor', 'program', 'signaled', None]
    """
    spelled = british(word)
    if spelled != word:
        return spelled
    if word in _AMERICAN:
        return _AMERICAN[word]
    tries = (word.replace(old, new) for old, new in _TO_AMERICAN if old in word)
    return next((one for one in tries if british(one) == word), None)
