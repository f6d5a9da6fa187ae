"""Pages as a reader without JavaScript gets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from app.archive import Archive
from app.fulltext.query import MAX_ASTERISKS, MAX_QUERY_CHARACTERS
from app.ingest import IngestReport
from app.store.articles import list_articles
from app.store.people import list_people
from app.web.main import create_app
from tests.fulltext.hostile_queries import HOSTILE

PAGES = [
    "/",
    "/search",
    "/search?q=defence",
    "/search?q=SAFE",
    "/search?q=%22security+and+defence+partnership%22&sort=newest",
    "/search?q=nothingofthekind",
    "/search?q=%28loans+OR+grants%29+-speaker%3Astarmer+date%3A2025",
    "/search?q=sefkovic+talks",
    "/help/search",
    "/articles",
    "/articles/1",
    "/people",
    "/people/keir-starmer",
    "/quotes/1",
    "/programmes",
    "/programmes/safe",
    "/timeline",
    "/timeline?programme=safe&by=year&period=2025",
    "/about",
    "/runs",
    "/runs/1",
    "/articles/1/versions",
]


class _Page(HTMLParser):
    """What a page has: its headings, links, scripts and ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def values(self, tag: str, attribute: str) -> list[str]:
        return [value for name, attrs in self.tags if name == tag and (value := attrs.get(attribute))]

    def links(self, *, is_endless: bool) -> list[str]:
        """Where its links lead; those that robots are told not to follow, or all others."""
        links = [(attrs.get("href"), attrs.get("rel")) for name, attrs in self.tags if name in ("a", "link")]
        return [href for href, rel in links if href and (rel == "nofollow") == is_endless]


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_one_heading_and_nothing_inline(client: TestClient, address: str) -> None:
    """One <h1>; no script or style in the page, data for machines apart; nothing from elsewhere."""
    response = client.get(address)
    assert response.status_code == 200
    page = _Page(response.text)
    assert [tag for tag, _ in page.tags].count("h1") == 1
    assert not page.values("style", "type")
    assert "style=" not in response.text
    assert all(address.startswith("/static/") for address in page.values("script", "src"))
    scripts = [attrs for tag, attrs in page.tags if tag == "script"]
    assert all("src" in attrs or attrs.get("type") == "application/ld+json" for attrs in scripts)
    ids = [str(attrs["id"]) for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_every_link_of_the_archive_leads_somewhere(client: TestClient) -> None:
    """All addresses within the site that any page reached from the home page names answer with a page.

    An article is visited once whatever is marked in it, and the links for narrowing a search, which have no
    end, are not followed: the next test does that.
    """
    waiting, seen = ["/"], set[str]()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        response = client.get(address)
        assert response.status_code == 200, address
        if response.headers["content-type"].startswith("text/html"):
            page = _Page(response.text)
            anchors = {str(attrs["id"]) for _, attrs in page.tags if "id" in attrs}
            for link in page.links(is_endless=False):
                path, _, fragment = link.partition("#")
                path = path.partition("?")[0] if path.startswith("/articles/") else path
                if not path:
                    assert fragment in anchors, f"{address}: {link}"
                elif path.startswith("/"):
                    waiting.append(path)
    assert len(seen) > 100


@pytest.mark.parametrize("show", ["articles", "quotations", "people", "programmes"])
def test_every_link_of_a_page_of_results_leads_somewhere(client: TestClient, show: str) -> None:
    """Tabs, orders, filters: robots are told not to follow them, readers may."""
    page = _Page(client.get("/search", params={"q": "defence", "show": show}).text)
    links = page.links(is_endless=True)
    assert len(links) > 40
    for link in links:
        assert client.get(link).status_code == 200, link


def test_the_home_page_says_what_the_archive_holds(client: TestClient, seeded: Archive) -> None:
    text = text_of(client.get("/").text)
    with Session(seeded.engine) as session:
        people = len(list_people(session))
    assert re.search(r"articles\s*18\b", text)
    assert re.search(rf"people quoted\s*{people}\b", text)


def test_an_article_has_its_quotations_marked_and_its_sources_named(
    client: TestClient, seeded: Archive
) -> None:
    with Session(seeded.engine) as session:
        card = next(c for c in list_articles(session, offset=0, limit=50) if "equipment gap" in c.title)
    response = client.get(card.path)
    page = _Page(response.text)
    assert "q1" in page.values("span", "id")
    text = text_of(response.text)
    assert "Andrius Kubilius" in text
    assert "europarl.europa.eu" in response.text
    assert "EU–UK Defence Archive, article" in text


def test_an_address_with_another_title_leads_to_the_right_one(client: TestClient) -> None:
    response = client.get("/articles/1-some-other-title", follow_redirects=False)
    assert response.status_code == 308
    assert client.get(response.headers["location"]).status_code == 200


def test_a_persons_page_lists_all_quotations_with_their_articles(client: TestClient) -> None:
    text = text_of(client.get("/people/ursula-von-der-leyen").text)
    assert "11 March 2025" in text
    assert "Commission offers €150 billion in defence loans" in text


def test_unnamed_sources_are_nobodys_page(client: TestClient) -> None:
    assert "source close to" not in text_of(client.get("/people").text)
    assert client.get("/people/one-source-close-to-the-uk-government").status_code == 404


def test_an_undated_untitled_article_says_so(archive: Archive, take_in: Callable[..., IngestReport]) -> None:
    take_in({"a.txt": "Ministers met on Friday to talk about the pact and much else besides, they said."})
    text = text_of(TestClient(create_app(archive)).get("/articles/1").text)
    assert "Untitled: Ministers met on Friday to talk about the pact…" in text
    assert "undated" in text


def test_an_inferred_date_says_that_it_is_inferred(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in({"a.txt": "She said so on 3 March 2026. They will meet on 9 March 2026."})
    text = text_of(TestClient(create_app(archive)).get("/articles/1").text)
    assert "about March 2026" in text
    assert "inferred" in text


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("šefčovič", "Starmer looks beyond existing deals with the EU"),
        ("sefcovic", "Starmer looks beyond existing deals with the EU"),
        ('"security and defence partnership"', "Kallas due in London for defense talks"),
        ("defense", "Commission offers €150 billion in defence loans"),
        ("SAFE", "What stands between the UK and the Safe fund"),
        ("Thomas-Symonds", "London is ready to negotiate a security pact, assembly hears"),
    ],
)
def test_search_finds_what_a_reader_expects(client: TestClient, query: str, title: str) -> None:
    assert title in text_of(client.get("/search", params={"q": query}).text)


def test_spellings_of_a_query_find_the_same_articles(client: TestClient) -> None:
    one, other = (_articles(client, query) for query in ("defense", "defence"))
    assert one == other
    assert _articles(client, "šefčovič") == _articles(client, "sefcovic")


def test_the_results_say_how_the_query_was_read(client: TestClient) -> None:
    """The reading, a link without each part, and what could not be read as it was typed."""
    response = client.get("/search", params={"q": "defence (loans OR grants) date:banana"})
    text = text_of(response.text)
    assert "We read this as defence AND (loans OR grants) AND banana" in text
    assert "Search without (loans OR grants) ×" in text
    assert "takes a date" in text
    assert "/search?q=defence+banana" in _Page(response.text).values("a", "href")


def test_nothing_found_leads_on(client: TestClient) -> None:
    response = client.get("/search", params={"q": "sefkovic talks"})
    text = text_of(response.text)
    assert "Did you mean Šefčovič?" in text
    assert re.search(r"\d+&nbsp;articles without sefkovic", text)
    links = _Page(response.text).values("a", "href")
    assert "/search?q=%C5%A0ef%C4%8Dovi%C4%8D+talks" in links
    assert "/search?q=talks" in links


def test_one_click_searches_the_exact_spelling(client: TestClient) -> None:
    response = client.get("/search", params={"q": "defense fund"})
    assert "Includes the spelling “defence”: British and American are searched alike." in text_of(
        response.text
    )
    assert "Includes the spelling" not in client.get("/search", params={"q": "kallas promise"}).text
    assert "/search?q=exact%3Adefense+exact%3Afund" in _Page(response.text).values("a", "href")


def test_the_query_parameter_of_other_sites_works(client: TestClient) -> None:
    assert _articles(client, "defence 20250311..20250312")
    assert "Starmer looks beyond" in client.get("/search?s=sefcovic").text


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_links_to_another_order_keep_the_query(client: TestClient, sort: str) -> None:
    links = _Page(client.get("/search", params={"q": "defence sort:newest"}).text).values("a", "href")
    assert f"/search?q=defence{'' if sort == 'relevance' else f'&sort={sort}'}" in links


def _articles(client: TestClient, query: str) -> list[str]:
    html = client.get("/search", params={"q": query}).text
    return list(dict.fromkeys(re.findall(r'href="(/articles/\d+-[^"#?]*)', html)))


def test_what_was_searched_for_is_marked_in_the_article(client: TestClient) -> None:
    """Each place has a number, an anchor, and plain links to the one before and the one after."""
    found = client.get("/search", params={"q": "defence industry"}).text
    (link, *_) = [one for one in re.findall(r'<h2><a href="([^"]+)"', found) if "equipment-gap" in one]
    html = client.get(link).text
    total = int(re.search(r"<b>(\d+)&nbsp;places match</b> <bdi>defence industry</bdi>", html)[1])  # type: ignore[index]
    assert total > 3
    assert re.findall(r'id="hit-(\d+)"', html) == [str(number) for number in range(1, total + 1)]
    assert '<mark class="hit-place" id="hit-3">defence industry</mark>' in html
    assert f'<b>3 of {total}</b> <a href="#hit-2">Previous' in html
    assert f'href="#hit-{total + 1}"' not in html
    plain = client.get(link.partition("?")[0]).text
    assert "hit-" not in plain
    assert text_of(plain).count("defence") <= text_of(html).count("defence")


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("SAFE", {"Security Action for Europe", "SAFE"}),
        ('"member states"', {"member states", "Member states", "Member States"}),
        ("mentions:leyen", {"Ursula von der Leyen", "Von der Leyen", "von der Leyen"}),
        ("quote:defence", {"defence"}),
        ("speaker:leyen -defence", set()),
        ("(((", set()),
    ],
)
def test_places_are_those_that_the_query_means(client: TestClient, query: str, places: set[str]) -> None:
    html = client.get("/articles/2", params={"q": query}).text
    marked = set(re.findall(r'<mark class="hit-place"[^>]*>([^<]*)</mark>', html))
    assert marked <= places
    assert bool(marked) == bool(places)


def test_an_old_address_of_an_article_keeps_what_is_marked(client: TestClient) -> None:
    response = client.get("/articles/1?q=pact+%26+loans", follow_redirects=False)
    assert response.headers["location"].endswith("?q=pact+%26+loans")


def test_an_article_can_be_read_with_marks_while_there_is_no_index(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in({"a.txt": "Ministers met about the pact."})
    (archive.settings.index_folder / "current").unlink()
    client = TestClient(create_app(archive), raise_server_exceptions=False)
    assert ">pact</mark>" in client.get("/articles/1?q=pact+title:pact").text


@pytest.mark.parametrize("query", ["", "   ", '"', *HOSTILE.values(), "a" * 5000])
def test_any_query_gets_a_page(client: TestClient, query: str) -> None:
    typed = query.encode("utf-8", "replace").decode()
    response = client.get("/search", params={"q": typed})
    is_refused = len(typed) > MAX_QUERY_CHARACTERS or typed.count("*") > MAX_ASTERISKS
    expected = 400 if is_refused else 200
    assert response.status_code == expected
    for show in ("quotations", "people", "programmes"):
        assert client.get("/search", params={"q": typed, "show": show}).status_code == expected
    for html in (response.text, client.get("/articles/1", params={"q": typed}).text):
        assert "<script>alert" not in html
        assert "<svg onload" not in html
        assert "49$49" not in html


def test_what_an_article_says_is_never_markup(archive: Archive, take_in: Callable[..., IngestReport]) -> None:
    text = "<script>alert(1)</script> “<img src=x>,” said Jane Example, the minister."
    take_in({"a.txt": f"Title: <b>Pact</b>\n\n{text}"})
    client = TestClient(create_app(archive))
    for address in ("/", "/articles/1", "/search?q=script", "/quotes/1"):
        html = client.get(address).text
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "<b>Pact" not in html


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/nowhere", 404, "There is no page at this address"),
        ("/articles/999", 404, "no article"),
        ("/articles/x", 404, "no article"),
        ("/quotes/99999", 404, "no quotation"),
        ("/people/nobody", 404, "no person"),
        ("/quotes/x", 400, "quote_id"),
        ("/search?q=pact&page=0", 400, "page"),
        ("/search?q=pact&sort=best", 400, "sort"),
        ("/articles/" + "9" * 30, 404, "no article"),
    ],
)
def test_a_wrong_address_gets_a_friendly_page(
    client: TestClient, address: str, status: int, words: str
) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert words in text_of(response.text)
    assert [tag for tag, _ in _Page(response.text).tags].count("h1") == 1


def test_a_missing_index_is_said_and_articles_can_be_read(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in({"a.txt": "Ministers met about the pact."})
    (archive.settings.index_folder / "current").unlink()
    client = TestClient(create_app(archive), raise_server_exceptions=False)
    assert client.get("/search?q=pact").status_code == 503
    assert client.get("/articles/1").status_code == 200


def test_a_failure_is_a_friendly_page_without_its_inside(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("app.store.people.list_people", fail)
    response = TestClient(create_app(archive), raise_server_exceptions=False).get("/people")
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "went wrong on our side" in text_of(response.text)


def test_static_files_may_be_kept_for_ever(client: TestClient) -> None:
    page = _Page(client.get("/").text)
    (sheet,) = [link for link in page.values("link", "href") if ".css" in link]
    assert "immutable" in client.get(sheet).headers["cache-control"]


def test_an_empty_archive_has_its_pages_too(archive: Archive, take_in: Callable[..., IngestReport]) -> None:
    take_in({})
    client = TestClient(create_app(archive))
    for address in ("/", "/search?q=pact", "/articles", "/people", "/programmes", "/about"):
        assert client.get(address).status_code == 200, address


def test_the_audit_page_has_the_evidence_of_each_quotation(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    """Words, reporting word and speaker are marked; what cleaning took and what was rejected is told."""
    text = "The “Big Table” met. “We need more time,” said Jane Example, the minister.\n![]()\nSend Comments"
    take_in({"a.txt": text})
    client = TestClient(create_app(archive))
    html = client.get("/articles/1/audit").text
    assert '<mark class="words">We need more time,</mark>' in html
    assert '<mark class="cue">said</mark>' in html
    assert '<mark class="speaker">Jane Example' in html
    assert "Big Table" in text_of(html)
    assert "[page button]" in html
    assert "<del>![]()" in html


def test_two_speakers_of_one_quotation_are_both_named(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in({"a.txt": "“We stand together,” Keir Starmer and Emmanuel Macron said in a joint statement."})
    client = TestClient(create_app(archive))
    for person in ("keir-starmer", "emmanuel-macron"):
        assert "We stand together," in client.get(f"/people/{person}").text
    assert "Keir Starmer and Emmanuel Macron" in text_of(client.get("/quotes/1").text)


def test_a_quotation_leads_to_its_words_at_the_source(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    text = "“We need more time, well-spent,” said Jane Example, the minister."
    take_in(
        {
            "a.txt": f"URL: https://example.org/pact#top\n\nTalks began.\n{text}",
            "b.txt": f"URL: javascript:x\n\n{text}",
        }
    )
    client = TestClient(create_app(archive))
    html = client.get("/quotes/1").text
    assert 'href="https://example.org/pact#:~:text=We%20need%20more%20time%2C%20well%2Dspent%2C"' in html
    assert "Talks began." in text_of(html)
    assert "at the source" not in client.get("/quotes/2").text


def test_a_reference_can_be_copied_from_the_page(client: TestClient) -> None:
    for page in ("/articles/1", "/quotes/1"):
        assert "@article{euukda-" in client.get(page).text


def test_suggestions_are_json_for_the_search_box(client: TestClient) -> None:
    response = client.get("/search/suggest", params={"q": "kubil"})
    first = response.json()["suggestions"][0]
    assert (first["kind"], first["label"], first["query"]) == (
        "person",
        "Andrius Kubilius",
        "Andrius Kubilius",
    )
    assert client.get("/search/suggest").json() == {"suggestions": []}
    assert client.get("/search/suggest", params={"q": "<script>" * 100}).status_code == 200


def test_words_of_a_title_are_marked_in_it(client: TestClient) -> None:
    """Among the results and above the article, where nothing in the text need match."""
    html = client.get("/search", params={"q": "title:loans"}).text
    assert "billion in defence <mark>loans</mark></a></h2>" in html
    html = client.get("/articles/2", params={"q": "title:loans"}).text
    assert "<mark>loans</mark></h1>" in html
    assert "Nothing in this text matches title:loans word by word." in text_of(html)


@pytest.mark.parametrize("show", ["articles", "quotations", "people", "programmes"])
def test_a_page_far_beyond_the_results_is_empty_and_leads_back(client: TestClient, show: str) -> None:
    response = client.get("/search", params={"q": "defence", "show": show, "page": 1_000_000})
    assert response.status_code == 200
    assert "This page of the results is empty" in text_of(response.text)


def test_filters_are_bounded_and_any_value_has_a_page(client: TestClient) -> None:
    """A hundred filters, values nobody has, very long ones: no filter of such a kind finds anything."""
    many = "&".join(f"side=x{number}" for number in range(100))
    for address in (
        f"/search?q=pact&{many}",
        "/search?q=pact&year=banana&month=2025-99&outlet=%00&speaker=%F0%9F%92%A3",
        f"/search?q=pact&speaker={'x' * 5000}",
        "/search?year=undated",
        "/search?outlet=none&show=quotations",
    ):
        assert client.get(address).status_code == 200, address


def test_a_run_tells_what_was_refused_and_what_to_do(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    """By the names of files: where they lie on the machine is nobody's business."""
    take_in({"good.txt": "A report about the pact.", "bad <b>.txt": "", "notes.md": "No front matter."})
    client = TestClient(create_app(archive))
    html = client.get("/runs/1").text
    assert "bad &lt;b&gt;.txt" in html
    text = text_of(html)
    assert "it is empty. What to do: put the text of the report into the file" in text
    assert str(archive.settings.folder.parent) not in text
    assert "1 added" in text_of(client.get("/runs").text).replace("\xa0", " ")
    assert client.get("/runs/99").status_code == 404
