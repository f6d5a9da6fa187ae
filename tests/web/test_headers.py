"""What every answer tells browsers to refuse."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from app.archive import Archive
from app.ingest import IngestReport
from app.web.headers import CONTENT_SECURITY_POLICY, HEADERS
from app.web.main import create_app
from tests.conftest import ROOT

# A page, an asset, files, data, a redirect and errors of each kind.
ADDRESSES = {
    "/": 200,
    "/static/archive.js": 200,
    "/articles/1.csv": 200,
    "/search.zip?q=pact": 200,
    "/search.atom?q=pact": 200,
    "/api/articles": 200,
    "/robots.txt": 200,
    "/articles/1": 308,
    "/search?page=none": 400,
    "/api/articles/banana": 400,
    "/nowhere": 404,
    "/static/nothing.css": 404,
    "/api/nowhere": 404,
}


_INLINE = re.compile(r"""<style|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:""", re.IGNORECASE)


@pytest.mark.parametrize(("address", "status"), ADDRESSES.items())
def test_every_answer_has_every_header(client: TestClient, address: str, status: int) -> None:
    response = client.get(address, follow_redirects=False)
    assert response.status_code == status
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert "server" not in response.headers
    assert "x-powered-by" not in response.headers


def test_what_is_not_sent_again_has_them_too(client: TestClient) -> None:
    tag = client.get("/about").headers["etag"]
    response = client.get("/about", headers={"If-None-Match": tag})
    assert response.status_code == 304
    assert response.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


def test_a_method_that_is_not_known_has_them_too(client: TestClient) -> None:
    response = client.request("TRACE", "/")
    assert response.status_code == 405
    assert response.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


def test_a_page_that_crashes_has_them_too(archive: Archive) -> None:
    """Starlette answers for a crash outside all middleware; the headers stand outside of that."""
    app = create_app(archive)

    def crash() -> None:
        raise RuntimeError("a page with a fault")

    app.add_api_route("/crash", crash)
    response = TestClient(app, raise_server_exceptions=False).get("/crash")
    assert response.status_code == 500
    assert "a page with a fault" not in response.text
    assert response.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


def test_the_policy_lets_nothing_inline_run_and_nothing_be_asked_elsewhere() -> None:
    directives = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert directives["default-src"] == directives["base-uri"] == directives["frame-ancestors"] == "'none'"
    assert {value for name, value in directives.items() if name.endswith("-src")} == {"'none'", "'self'"}
    assert "unsafe" not in CONTENT_SECURITY_POLICY


def test_https_is_asked_for_where_there_is_https(archive: Archive) -> None:
    app = create_app(archive)
    assert "strict-transport-security" not in TestClient(app).get("/").headers
    secure = TestClient(app, base_url="https://testserver").get("/")
    assert secure.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


def test_errors_are_kept_by_no_cache(client: TestClient) -> None:
    assert client.get("/nowhere").headers["cache-control"] == "no-store"
    assert client.get("/about").headers["cache-control"] == "no-cache"


def test_a_title_cannot_forge_a_header(archive: Archive, take_in: Callable[..., IngestReport]) -> None:
    """The name of a file to save comes from a query; whatever it has, there is one line and one name."""
    take_in({"a.txt": "Title: Pact\r\nX-Forged: yes\n\nMinisters met about the pact."})
    client = TestClient(create_app(archive))
    for query in ("pact\r\nX-Forged: yes\r\n\r\n<b>", 'pact"; filename="x.exe', "pact\u202etxt.exe"):
        response = client.get("/search.csv", params={"q": query})
        assert "x-forged" not in response.headers
        assert re.fullmatch(
            r'attachment; filename="[a-z0-9-]+\.csv"', response.headers["content-disposition"]
        )


def test_no_template_has_inline_script_or_style() -> None:
    """No style or script element with words in it, no style attribute, no handler, no javascript: link."""
    for path in (ROOT / "templates").glob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert not _INLINE.search(html), path.name
        for opening in re.findall(r"<script\b[^>]*>", html):
            assert "src=" in opening or "application/ld+json" in opening, path.name


def test_no_template_turns_escaping_off() -> None:
    """Values are escaped by the engine, everywhere; nothing is called safe."""
    for path in (ROOT / "templates").iterdir():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape", text), path.name
    for path in (ROOT / "app" / "web").glob("*.py"):
        assert "Markup" not in path.read_text(encoding="utf-8"), path.name
