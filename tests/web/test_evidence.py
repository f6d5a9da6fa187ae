"""The evidence pack: whole, the same each time, with hashes that hold."""

from __future__ import annotations

import csv
import hashlib
import io
from zipfile import ZipFile

import rispy
from fastapi.testclient import TestClient

ADDRESS = "/search.zip?q=SAFE&year=2026"


def opened(client: TestClient, address: str = ADDRESS) -> ZipFile:
    response = client.get(address)
    assert response.headers["content-type"] == "application/zip"
    return ZipFile(io.BytesIO(response.content))


def table(pack: ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(pack.read(name).decode("utf-8-sig"), newline="")))


def test_a_pack_is_whole_and_its_hashes_hold(client: TestClient) -> None:
    pack = opened(client)
    assert pack.testzip() is None
    lines = [line.split("  ") for line in pack.read("manifest-sha256.txt").decode().splitlines()]
    assert [name for _, name in lines] == [name for name in pack.namelist() if name != "manifest-sha256.txt"]
    for digest, name in lines:
        assert hashlib.sha256(pack.read(name)).hexdigest() == digest


def test_the_same_search_makes_the_same_pack(client: TestClient) -> None:
    assert client.get(ADDRESS).content == client.get(ADDRESS).content


def test_a_pack_has_the_rows_of_the_search(client: TestClient) -> None:
    pack = opened(client)
    for kind in ("articles", "quotations"):
        rows = client.get(f"/api/search?q=SAFE&year=2026&show={kind}&limit=100").json()["rows"]
        assert rows
        assert [row["id"] for row in table(pack, f"{kind}.csv")] == [str(row["id"]) for row in rows]
        assert len(rispy.loads(pack.read(f"{kind}.ris").decode())) == len(rows)


def test_the_sentences_have_words_context_address_and_hash(client: TestClient) -> None:
    pack = opened(client)
    text = pack.read("quotations.txt").decode()
    for row in table(pack, "quotations.csv"):
        words = row["words"].removeprefix("'")
        assert f"“{words}”" in text
        assert row["sentence"] in text
        assert row["permalink"] in text
        assert hashlib.sha256(words.encode()).hexdigest() == row["words_sha256"]
        assert row["words_sha256"] in text


def test_the_readme_says_what_was_asked_and_what_each_column_means(client: TestClient) -> None:
    pack = opened(client)
    readme = pack.read("README.txt").decode()
    assert "Search: SAFE" in readme
    assert "Only year: 2026" in readme
    assert "naming the programme Security Action for Europe" in readme
    for name in ("articles.csv", "quotations.csv"):
        for column in table(pack, name)[0]:
            assert f"\n  {column}: " in readme
    assert ": \n" not in readme


def test_an_empty_search_has_an_empty_pack(client: TestClient) -> None:
    pack = opened(client, "/search.zip?q=nothingofthekind")
    assert table(pack, "quotations.csv") == []
    assert "0 of 0 articles" in pack.read("README.txt").decode()
