"""The law of exports: page, API, files and feed of one query hold the same rows in the same order."""

from __future__ import annotations

import csv
import io
import random
import re
from urllib.parse import urlencode

import pytest
import rispy
from fastapi.testclient import TestClient
from lxml import etree

from tests.queries import random_queries

_RANDOM_QUERIES = 100


def on_pages(client: TestClient, params: dict[str, str], pattern: str) -> list[str]:
    """What the pages of a search list, all pages of it."""
    found: list[str] = []
    address: str | None = f"/search?{urlencode(params)}"
    while address:
        html = client.get(address).text
        listed = html.partition("<main")[2]
        found += re.findall(pattern, listed)
        following = re.search(r'href="([^"]+)" rel="next"', html)
        address = following[1].replace("&amp;", "&") if following else None
    return found


def in_api(client: TestClient, params: dict[str, str], key: str) -> list[str]:
    """What the API lists, cursor by cursor."""
    found: list[str] = []
    address: str | None = f"/api/search?{urlencode({**params, 'limit': '7'})}"
    while address:
        answer = client.get(address).json()
        found += [str(row[key]) for row in answer["rows"]]
        address = answer["next"]
    assert len(found) == answer["total"]
    return found


def in_table(client: TestClient, params: dict[str, str], key: str) -> list[str]:
    text = client.get(f"/search.csv?{urlencode(params)}").content.decode("utf-8-sig")
    return [row[key] for row in csv.DictReader(io.StringIO(text, newline=""))]


def in_feed(client: TestClient, params: dict[str, str]) -> list[str]:
    feed = etree.fromstring(client.get(f"/search.atom?{urlencode(params)}").content)
    return [entry.findtext("{*}id").rpartition("/")[2] for entry in feed.findall("{*}entry")]


@pytest.mark.parametrize("number", range(_RANDOM_QUERIES))
def test_all_forms_of_a_search_hold_the_same_rows(client: TestClient, number: int) -> None:
    rng = random.Random(number)
    query = next(random_queries(rng, 1))
    params = {"q": query, "sort": rng.choice(["relevance", "newest", "oldest"])}
    if rng.random() < 0.3:
        params["year"] = "2025"
    kind, pattern, key = rng.choice(
        [
            ("articles", r'<h2><a href="/articles/(\d+)-', "id"),
            ("quotations", r'href="/quotes/(\d+)"', "id"),
            ("people", r'<h2><a href="/people/([\w-]+)"', "slug"),
            ("programmes", r'<h2><a href="/programmes/([\w-]+)"', "slug"),
        ]
    )
    params["show"] = kind
    expected = in_api(client, params, key)
    assert in_table(client, params, key) == expected, query
    assert on_pages(client, params, pattern) == expected, query
    if kind in ("articles", "quotations"):
        assert in_feed(client, params) == expected[:100], query
        document = client.get(f"/search.json?{urlencode(params)}").json()
        assert [str(row["id"]) for row in document[kind]] == expected
        references = rispy.loads(client.get(f"/search.ris?{urlencode(params)}").text)
        assert [one["id"].rpartition("-")[2] for one in references] == expected


@pytest.mark.parametrize("filters", ["", "?year=2025", "?kind=fragment", "?kind=indirect", "?sort=oldest"])
def test_a_persons_page_files_and_feed_hold_the_same_rows(client: TestClient, filters: str) -> None:
    person = "/people/ursula-von-der-leyen"
    shown = re.findall(
        r'<p class="acts">.*?href="/quotes/(\d+)"', client.get(person + filters).text, re.DOTALL
    )
    assert shown
    rows = client.get(f"{person}.json{filters}").json()["quotations"]
    assert [str(row["id"]) for row in rows] == shown
    feed = etree.fromstring(client.get(f"{person}.atom{filters}").content)
    assert [one.findtext("{*}id").rpartition("/")[2] for one in feed.findall("{*}entry")] == shown
