"""From a noun phrase beside a quotation to the speaker: a person, unnamed, an organisation or a document."""

# ruff: noqa: PLR2004 - the numbers are lengths of names in words, each where it is used

from __future__ import annotations

from typing import NamedTuple

from app.extractors.article import Article
from app.extractors.co_speakers import conjuncts
from app.extractors.cues_before import POSSESSIVES
from app.extractors.lexemes import Lexeme
from app.extractors.lexicon import (
    COUNTRIES,
    DOCUMENT_NOUNS,
    GIVEN_NAMES,
    HONORIFIC_SEX,
    NOT_NAMES,
    ORGANISATION_NOUNS,
    PARTICLES,
    ROLE_NOUNS,
    TIME_WORDS,
    TITLE_WORDS,
    UNNAMED_NOUNS,
)
from app.extractors.names import Person
from app.extractors.paragraphs import Paragraph
from app.extractors.phrases import Phrase
from app.extractors.quotation import Span, SpeakerKind

_ARTICLES = ("the", "a", "an")
_AFTER_NAMES = frozenset(("jr", "sr", "mp", "mep", "msp", "td", "kc", "qc"))
_COMMON_NOUNS = ROLE_NOUNS | UNNAMED_NOUNS | DOCUMENT_NOUNS
_BODIES = ORGANISATION_NOUNS | COUNTRIES


class Source(NamedTuple):
    """A mention read as a speaker; ``way`` says how its name was found, ``pronoun`` is the word, or "".

    Ways: "name" as printed, "surname" through the article's full form, "role", "spelling" one letter off,
    "pronoun", "description" nobody named, "shared" more than one speaker (they are in ``parts``),
    "ambiguous" two people fit. ``described`` is the phrase that a pronoun without a name stands for.
    """

    span: Span
    kind: SpeakerKind
    way: str
    name: str | None = None
    person: Person | None = None
    pronoun: str = ""
    parts: tuple[Source, ...] = ()
    described: Span | None = None


class _Mention(NamedTuple):
    """A noun phrase being read: its tokens, both ends inclusive, and the span that will stand for it."""

    article: Article
    paragraph: Paragraph
    first: int
    last: int
    span: Span

    @property
    def tokens(self) -> list[Lexeme]:
        return self.paragraph.tokens

    @property
    def tags(self) -> str:
        return self.paragraph.tags

    @property
    def head(self) -> int:
        """Last token of the part before the first preposition: the head of the phrase, if it is no name."""
        tokens, tags = self.tokens, self.tags
        for at in range(self.first + 1, self.last + 1):
            if tags[at] in "PF" and not _is_particle(tokens, at, self.last):
                head = at - 1
                while head > self.first and tokens[head].low in ("close", "familiar"):
                    head -= 1
                return head
        return self.last

    def part(self, first: int, last: int) -> _Mention:
        """The same phrase between two of its tokens."""
        span = _span_without_possessive(self.paragraph, first, last)
        return self._replace(first=first, last=last, span=span)

    def organisation(self) -> Source:
        return Source(self.span, SpeakerKind.ORGANISATION, "organisation", self.span.of(self.article.text))

    def person(self, way: str, person: Person) -> Source:
        return Source(self.span, SpeakerKind.PERSON, way, person.name, person)


class _Name(NamedTuple):
    """The words of a name with titles cut off, and what the titles say of its bearer."""

    words: list[str]
    sex: str | None
    has_title: bool

    @property
    def last(self) -> str:
        return self.words[-1].lower().rstrip(".")


def read_source(
    article: Article, paragraph: Paragraph, phrase: Phrase, sex: str | None = None
) -> Source | None:
    """The speaker that ``phrase`` names, or None where it can be no speaker.

    ``sex`` is what a pronoun asks for: it decides between two people of one surname.
    """
    tags = paragraph.tags
    first, last = phrase
    while first < last and tags[first] in "ATCS":
        first += 1
    span = _span_without_possessive(paragraph, first, last)
    low = paragraph.tokens[first].low
    if first == last and (tags[first] == "O" or low in POSSESSIVES):
        pronoun = POSSESSIVES.get(low, low)
        return Source(span, SpeakerKind.PERSON, "pronoun", pronoun=pronoun)
    mention = _Mention(article, paragraph, first, last, span)
    parts = conjuncts(article.names, paragraph, Phrase(first, last))
    return _read_shared(mention, parts) or _read_one(mention, sex)


def _span_without_possessive(paragraph: Paragraph, first: int, last: int) -> Span:
    span = paragraph.span(first, last)
    if not paragraph.is_possessive(last):
        return span
    return Span(span.start, span.end - (2 if paragraph.tokens[last].low.endswith("'s") else 1))


def _is_particle(tokens: list[Lexeme], at: int, last: int) -> bool:
    """Whether the token is the "van" or "de" inside a name that goes on to ``last`` at most."""
    return (
        tokens[at].low in PARTICLES and at < last and tokens[at - 1].is_capital and tokens[at + 1].is_capital
    )


def _read_shared(mention: _Mention, parts: list[Phrase]) -> Source | None:
    """Co-speakers: "Smith and Jones", "Smith and French leaders", "the EU and the UK"."""
    if len(parts) == 1:
        return None
    sources = tuple(_read_one(mention.part(*part)) for part in parts)
    span = Span(sources[0].span.start, sources[-1].span.end)
    if all(source.kind is SpeakerKind.ORGANISATION for source in sources):
        is_one = mention.tags[parts[0].first] == "K" and mention.tokens[parts[-1].last].noun in (
            ORGANISATION_NOUNS
        )
        return None if is_one else Source(span, SpeakerKind.ORGANISATION, "shared", parts=sources)
    if any(source.kind is SpeakerKind.DOCUMENT for source in sources):
        return None
    return Source(span, SpeakerKind.PERSON, "shared", parts=sources)


def _read_one(mention: _Mention, asked: str | None = None) -> Source:
    named = _name_after_role(mention)
    if named is not None:
        return mention.person("name", named)
    name = _name_words(mention)
    return _read_name(mention, name, asked) if name.words else _read_description(mention)


def _name_after_role(mention: _Mention) -> Person | None:
    """The full name that ends "UK Minister for EU Relations Jane Doe" (never "a spokesman for Jane Doe")."""
    tokens, tags, head, last = mention.tokens, mention.tags, mention.head, mention.last
    if head == last or not any(token.low in TITLE_WORDS for token in tokens[mention.first : head + 1]):
        return None
    at = last
    while (
        at > head + 1
        and tags[at - 1] != "P"
        and (tokens[at - 1].is_capital or tokens[at - 1].low in PARTICLES)
    ):
        at -= 1
    for start in range(at, last + 1):
        before = tokens[start - 1]
        if tags[at - 1] == "P" and all(_is_title(token) for token in tokens[at:start]):
            continue  # "an aide to President Jane Doe"
        if tags[start - 1] not in "PDC" or before.low in PARTICLES:
            person = mention.article.names.find([token.noun for token in tokens[start : last + 1]])
            if person is not None and (_begins_with(person, tokens[start]) or before.low in HONORIFIC_SEX):
                return person
    return None


def _is_title(token: Lexeme) -> bool:
    return token.low in ROLE_NOUNS or token.low in HONORIFIC_SEX or token.word.endswith(".")


def _begins_with(person: Person, token: Lexeme) -> bool:
    words = person.name.lower().split()
    return len(words) > 1 and (token.low in GIVEN_NAMES or token.low == words[0])


def _name_words(mention: _Mention) -> _Name:
    """The capitalised words that end the head of the phrase, titles and possessors cut off."""
    tokens, first, head = mention.tokens, mention.first, mention.head
    start = head + 1
    while start > first and (
        mention.tags[start - 1] == "K"
        or (start <= head and start - 1 > first and _is_particle(tokens, start - 1, head))
    ):
        start -= 1
    sex, has_title = None, False
    for at in range(start, head):
        low = tokens[at].low
        is_title = low in TITLE_WORDS and low not in GIVEN_NAMES
        is_employer = low in ORGANISATION_NOUNS and tokens[at + 1].low in GIVEN_NAMES
        if is_title or is_employer or mention.paragraph.is_possessive(at):
            sex = HONORIFIC_SEX.get(low) or sex
            has_title |= is_title
            start = at + 1
    if start > first and not has_title:
        has_title = tokens[start - 1].low in TITLE_WORDS
        sex = HONORIFIC_SEX.get(tokens[start - 1].low)
    words = [token.word for token in tokens[start : head + 1]]
    if words:
        words[-1] = words[-1].removesuffix("’s").removesuffix("'s").rstrip("’'")
    while len(words) > 1 and words[-1].lower().rstrip(".") in _AFTER_NAMES:
        words.pop()
    return _Name(words, sex, has_title)


def _read_name(mention: _Mention, name: _Name, asked: str | None) -> Source:
    names, start = mention.article.names, mention.span.start
    person = names.find(name.words, name.sex or asked, start)
    if person is None and len(name.words) > 2:
        person = names.find(name.words[1:], name.sex or asked, start)
    if person is not None and not _is_body_despite(mention, name, person):
        return mention.person("surname" if len(name.words) == 1 else "name", person)
    is_given = name.words[0].lower() in GIVEN_NAMES
    if name.last in _COMMON_NOUNS and not is_given:
        return _read_description(mention)
    if name.last in _BODIES or (mention.tokens[mention.first].low in _ARTICLES and not name.has_title):
        return mention.organisation()
    if len(name.words) == 1:
        return _read_lone_word(mention, name)
    printed = " ".join(name.words)
    if is_given or name.has_title or (len(name.words) <= 3 and not name.words[0].isupper()):
        return Source(mention.span, SpeakerKind.PERSON, "name", printed)
    return Source(mention.span, SpeakerKind.ORGANISATION, "organisation", printed)


def _is_body_despite(mention: _Mention, name: _Name, person: Person) -> bool:
    """Whether "the" makes what looks like a full name a body: "the Harbour Watch" is nobody's name."""
    first = mention.tokens[mention.first]
    is_all = mention.last - mention.first == len(name.words)
    has_given_name = person.name.split()[0].lower() in GIVEN_NAMES
    return first.low == "the" and is_all and not (name.has_title or has_given_name or person.sex)


def _read_lone_word(mention: _Mention, name: _Name) -> Source:
    """One capitalised word that is nobody's surname so far."""
    word, names = name.words[0], mention.article.names
    person = names.find_misspelt(word)
    if person is not None:
        return mention.person("spelling", person)
    if names.is_shared(word):
        return Source(mention.span, SpeakerKind.PERSON, "ambiguous")
    if word.isupper() and len(word) > 1 and not name.has_title:
        return Source(mention.span, SpeakerKind.ORGANISATION, "organisation", word)
    if word.lower() in NOT_NAMES or word.lower() in TIME_WORDS or word.lower() in TITLE_WORDS:
        return Source(mention.span, SpeakerKind.UNNAMED, "description")
    return Source(mention.span, SpeakerKind.PERSON, "unknown", word)


def _read_description(mention: _Mention) -> Source:
    """A phrase without a name: an office the article fills, a document, a body of people, or nobody named."""
    tokens, first, head = mention.tokens, mention.first, mention.head
    noun = tokens[head].noun.rstrip(".")
    if noun in ROLE_NOUNS and (tokens[first].low == "the" or mention.tags[first] == "K"):
        role = [tokens[at].noun for at in range(first, head + 1) if mention.tags[at] != "D"]
        person = mention.article.roles.holder_of(role)
        if person is not None:
            return mention.person("role", person)
    if noun in ORGANISATION_NOUNS and noun not in UNNAMED_NOUNS:
        return mention.organisation()
    if noun in DOCUMENT_NOUNS and noun not in UNNAMED_NOUNS:
        return Source(mention.span, SpeakerKind.DOCUMENT, "document")
    return Source(mention.span, SpeakerKind.UNNAMED, "description")
