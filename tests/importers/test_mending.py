"""Text decoded wrongly: repaired where that is certain; clean text is never touched."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.importers.mending import mend, mendings

# The letters of the official languages of the EU, Ukrainian, Norwegian, Icelandic, Welsh and Turkish, as
# words may begin, go on and end with them, and what stands beside letters in print.
SMALL = (
    "aáàâäãåāăąæbcçćčċdďđðeéèêëėēęěfgğģġhħiíìîïīįıjkķlłľĺļmnñńňņo"
    "óòôöõőøœpqrŕřsśšşștťţțuúùûüūůűųvwŵxyýÿŷzźżžßþ"
)
GREEK_AND_CYRILLIC = "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώабвгдеєжзиіїйклмнопрстуфхцчшщьюяъ"
PRINT = "“”‘’„‚–—…«»‹›·§°€£%²³½¼¾©®™¿¡\u00a0"
BETWEEN_WORDS = "“”‘’„‚–—…«»‹›·"
WORDS = [
    "Žalimas",
    "Šefčovič",
    "Müller",
    "NÃO",
    "MAÇÃ",
    "Åland",
    "ÄÖÜ",
    "Đukanović",
    "İstanbul",
    "Łódź",
    "Αθήνα",
]


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        ("Å½alimas said", "Žalimas said"),
        ("MÃ¼ller", "Müller"),
        ("â€œWe needâ€\x9d, he said â€” twice", "“We need”, he said — twice"),
        ("It was Starmerâ€™s “own” idea", "It was Starmer’s “own” idea"),
        ("â‚¬150bn", "€150bn"),
        ("Hereâ\x80\x99s why", "Here’s why"),
        ("Å\xa0efÄ\x8doviÄ\x8d", "Šefčovič"),
        ("StarmerÃ¢â‚¬â„¢s own", "Starmer’s own"),
        ("aÏÂ\x95", "aϕ"),
        ("\ud83d\ude00 and \ud800", "😀 and �"),
    ],
)
def test_what_was_certainly_decoded_wrongly_is_put_right(broken: str, text: str) -> None:
    assert mend(broken) == text


@given(st.text(alphabet=SMALL + GREEK_AND_CYRILLIC + " ", max_size=40))
def test_a_text_that_went_wrong_comes_back_whole_once_anything_in_it_is_certain(text: str) -> None:
    """Bytes that Windows-1252 leaves undefined come through as controls, as browsers and Latin-1 do it."""
    broken = text.encode().decode("latin-1")
    assert mend(broken + " â\x80\x99") == text + " ’"


MESSY = st.lists(
    st.sampled_from([*"aB ÂÃÄÅÎÏÐÑâ€™œ½¢‚¬„\x80\x82\x84\x95\x99\xa0é", "ÃƒÂ©", "Ã¢â‚¬â„¢"]), max_size=40
).map("".join)


@given(MESSY)
def test_mending_is_done_once_and_for_all(text: str) -> None:
    """Also of what was decoded wrongly several times; the stretches are in order and apart."""
    found = mendings(text)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    pieces, at = [], 0
    for one in found:
        pieces += [text[at : one.start], one.text]
        at = one.end
    assert "".join([*pieces, text[at:]]) == mend(text) == mend(mend(text))


@given(st.text(alphabet=SMALL + GREEK_AND_CYRILLIC + " ", max_size=30), st.integers(2, 4))
def test_a_text_that_went_wrong_several_times_comes_back_whole(text: str, times: int) -> None:
    """As before, once anything in it is certain."""
    broken = text + " ’"
    for _ in range(times):
        broken = broken.encode().decode("latin-1")
    assert mend(broken) == text + " ’"


def test_no_letter_beside_any_mark_of_print_is_touched() -> None:
    """Every letter of Europe, small and capital, beside every mark that print puts there."""
    for letter, mark in itertools.product(SMALL + GREEK_AND_CYRILLIC, PRINT):
        capital = letter.upper()
        texts = [
            f"wort{letter}{mark} mehr",
            f"{mark}{letter}{mark}",
            f"WORT{capital}{mark} X",
            f"„{capital}{mark} x",
        ]
        texts += [f"{capital}{mark}x", f"{letter}{mark}x"] if mark in BETWEEN_WORDS else []
        for text in texts:
            assert mend(text) == text


PRINTED = st.builds(
    "{}{}{}".format, st.sampled_from(["", *PRINT]), st.sampled_from(WORDS), st.sampled_from(["", *PRINT])
)


@given(st.lists(PRINTED, max_size=20).map(" ".join))
def test_clean_text_is_never_touched(text: str) -> None:
    assert mend(text) == text


def test_a_sequence_that_is_certain_settles_the_one_beside_it() -> None:
    """Alone, "Î·" may be a name and a dot; behind it stand letters that can only have been Greek."""
    assert mend("aÎ·Ï\x95") == "aηϕ"
