"""What browsers, crawlers, feed readers and Zotero find by themselves."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from fastapi.testclient import TestClient
from lxml import etree, html

from app.archive import Archive
from app.dates import PartialDate
from app.exporting.coins import coins
from app.ingest import IngestReport
from app.web.main import create_app


def head_of(client: TestClient, address: str) -> Any:
    return html.fromstring(client.get(address).text).find("head")


def meta_of(client: TestClient, address: str) -> dict[str, str]:
    return {one.get("name"): one.get("content") for one in head_of(client, address).findall("meta[@name]")}


def structured_of(client: TestClient, address: str) -> Any:
    (script,) = head_of(client, address).findall("script[@type='application/ld+json']")
    return json.loads(script.text)


def test_robots_are_led_to_the_sitemap_and_kept_from_endless_pages(client: TestClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert "Disallow: /search" in lines
    assert "Sitemap: http://testserver/sitemap.xml" in lines


def test_the_sitemaps_name_every_article_and_person_once(client: TestClient) -> None:
    index = etree.fromstring(client.get("/sitemap.xml").content)
    maps = index.xpath("//*[local-name()='loc']/text()")
    found = [
        address
        for one in maps
        for address in etree.fromstring(client.get(one).content).xpath("//*[local-name()='loc']/text()")
    ]
    assert len(found) == len(set(found))
    assert sum("/articles/" in address for address in found) == 18
    assert sum("/people/" in address for address in found) == 34
    assert all(client.get(address, follow_redirects=False).status_code == 200 for address in found)
    assert client.get("/sitemap-articles-2.xml").status_code == 404


def test_the_address_bar_of_a_browser_can_search(client: TestClient) -> None:
    """Linked on every page by its full address; the template leads to the search page."""
    for page in ("/", "/articles/1", "/search?q=pact"):
        (link,) = head_of(client, page).findall("link[@rel='search']")
        assert link.get("href") == "http://testserver/opensearch.xml"
    response = client.get("/opensearch.xml")
    assert response.headers["content-type"] == "application/opensearchdescription+xml"
    told = etree.fromstring(response.content)
    assert len(told.findtext("{*}ShortName")) <= 16
    template = told.find("{*}Url[@type='text/html']").get("template")
    assert client.get(template.replace("{searchTerms}", "pact")).status_code == 200


def test_zotero_finds_a_newspaper_article(client: TestClient) -> None:
    meta = meta_of(client, "/articles/16")
    assert meta["z:itemType"] == "newspaperArticle"
    assert meta["citation_title"] == "London is ready to negotiate a security pact, assembly hears"
    assert meta["citation_publication_date"] == "2025/03/17"
    assert meta["prism.publicationName"] == "EU–UK Defence Archive briefing"
    assert meta["citation_public_url"].startswith("http://testserver/articles/16-")


def test_an_inferred_date_is_told_to_no_machine_as_if_it_were_stated(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in({"a.txt": "She said so on 3 March 2026. They will meet on 9 March 2026."})
    client = TestClient(create_app(archive))
    assert "citation_publication_date" not in meta_of(client, "/articles/1")
    assert "datePublished" not in structured_of(client, "/articles/1")


def test_an_article_says_what_it_is_with_its_quotations(client: TestClient) -> None:
    told = structured_of(client, "/articles/18")
    assert told["@type"] == "NewsArticle"
    assert told["url"] == head_of(client, "/articles/18").find("link[@rel='canonical']").get("href")
    shown = re.findall(r'id="q(\d+)"', client.get("/articles/18").text)
    marked = [one for one in told["hasPart"] if one["@type"] == "Quotation"]
    assert 0 < len(marked) <= len(shown)
    assert all(client.get(one["url"]).status_code == 200 for one in marked)


def test_a_quotation_names_its_speaker_and_its_article(client: TestClient) -> None:
    told = structured_of(client, "/quotes/3")
    assert told["@type"] == "Quotation"
    assert [one["name"] for one in told["creator"]] == ["Virginijus Sinkevičius"]
    assert told["isPartOf"]["@type"] == "NewsArticle"


def test_words_of_an_article_do_not_end_the_script_they_stand_in(
    archive: Archive, take_in: Callable[..., IngestReport]
) -> None:
    take_in({"a.txt": "Title: </script><b>&\n\n“Pact </script><!--,” said Jane Example, the minister."})
    client = TestClient(create_app(archive))
    assert structured_of(client, "/articles/1")["headline"] == "</script><b>&"
    assert structured_of(client, "/quotes/1")["text"] == "Pact </script><!--,"


@pytest.mark.parametrize("address", ["/", "/articles/1", "/quotes/1", "/people/keir-starmer", "/about"])
def test_a_shared_link_has_a_title_a_text_and_one_address(client: TestClient, address: str) -> None:
    head = head_of(client, address)
    told = {one.get("property"): one.get("content") for one in head.findall("meta[@property]")}
    assert told["og:title"]
    assert told["og:description"]
    assert told["og:url"] == head.find("link[@rel='canonical']").get("href")
    assert told["og:url"].startswith("http://testserver/")


def test_coins_of_a_list_can_be_read_as_an_openurl() -> None:
    told = parse_qs(coins("A & B", "Post", PartialDate(2025, 3, 1), "https://a.example/1"))
    assert told["rft.title"] == ["A & B"]
    assert told["rft.date"] == ["2025-03-01"]
