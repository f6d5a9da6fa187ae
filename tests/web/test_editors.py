"""The pages of editors: there only for those in the settings, their forms only for who was given them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from pydantic import SecretStr
from typer.testing import CliRunner

from app.archive import Archive
from app.cli import cli
from app.errors import SettingsError
from app.ingest import ingest
from app.passwords import is_hash, is_password
from app.settings import read_settings
from app.web.failed_logins import FailedLogins
from app.web.main import create_app
from tests.conftest import new_archive
from tests.web.test_pages import text_of

PASSWORD = "correct horse 漢字"
# Weak on purpose: what is tested is what is done with the answer.
HASHED = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
REPORT = (
    "Title: The pact waits\n\nMinisters met. “We need more time,” said Jane Example, the minister. "
    "“The pact is good,” said John Other. “That is a matter for another day entirely,” Smythe said."
)
FORMS = ("/edit/quotes/1", "/edit/articles/1", "/edit/people/jane-example")
PAGES = ("/login", "/edit", "/edit?show=dates", *FORMS)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive that has an editor; only the last test of its pages changes it."""
    folder = tmp_path_factory.mktemp("kept")
    (folder / "a.txt").write_text(REPORT, encoding="utf-8")
    made = new_archive(folder / "archive")
    ingest(made, [folder / "a.txt"])
    editors = SecretStr(f"anna:{HASHED}")
    yield replace(made, settings=made.settings.model_copy(update={"editors": editors}))
    made.engine.dispose()


@pytest.fixture
def editors(kept: Archive) -> TestClient:
    """A browser on it, and a server that has counted no failed attempt yet."""
    return TestClient(create_app(kept), follow_redirects=False)


def token_of(client: TestClient, address: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get(address).text)
    assert found is not None
    return found[1]


def log_in(client: TestClient, name: str = "anna", password: str = PASSWORD) -> int:
    fields = {"name": name, "password": password, "token": token_of(client, "/login")}
    return client.post("/login", data=fields).status_code


def send(client: TestClient, address: str, **fields: str | list[str]) -> tuple[int, str]:
    """Fill in a form of an editor's page; the status and where it leads."""
    answer = client.post(address, data={"token": token_of(client, address), "reason": "as read", **fields})
    return answer.status_code, answer.headers.get("location", "") or answer.text


def test_without_editors_there_are_no_such_pages(client: TestClient) -> None:
    for address in (*PAGES, "/logout"):
        assert client.get(address).status_code in (404, 405)
        assert client.post(address, data={"name": "anna"}).status_code in (404, 405)
    assert "editor-bar" not in client.get("/").text


def test_who_is_not_logged_in_is_sent_to_log_in_and_changes_nothing(editors: TestClient) -> None:
    public = editors.get("/quotes/1")
    answers = [editors.get(address) for address in PAGES[1:]]
    answers += [editors.post(address, data={"decision": "nobody", "reason": "x"}) for address in FORMS]
    assert {(one.status_code, one.headers["location"]) for one in answers} == {(303, "/login")}
    assert editors.get("/quotes/1").headers["etag"] == public.headers["etag"]
    assert "Correct this" not in public.text


def test_logging_in_is_guarded(editors: TestClient) -> None:
    """A wrong password, an unknown name and a foreign form are refused; many failures are made to wait."""
    assert editors.post("/login", data={"name": "anna", "password": PASSWORD}).status_code == 403
    assert log_in(editors, password="wrong") == log_in(editors, name="ben") == 403
    assert [log_in(editors, password="wrong") for _ in range(8)] == [403] * 7 + [429]
    token = token_of(editors, "/login")
    refused = editors.post("/login", data={"name": "anna", "password": PASSWORD, "token": token})
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 901


def test_the_cookie_is_kept_from_scripts_and_other_sites(editors: TestClient) -> None:
    before = editors.get("/login").headers["set-cookie"]
    assert "HttpOnly" in before
    assert "SameSite=lax" in before
    assert "Secure" not in before
    assert "Secure" in editors.get("https://testserver/login").headers["set-cookie"]
    planted = editors.cookies["archive_editor"]
    assert log_in(editors) == 303
    assert editors.cookies["archive_editor"] != planted
    stolen = editors.cookies["archive_editor"]
    assert editors.get("/edit").status_code == 200
    editors.cookies.clear()
    editors.cookies.set("archive_editor", stolen[:-3] + "abc")
    assert editors.get("/edit").status_code == 303
    editors.cookies.clear()
    editors.cookies.set("archive_editor", stolen)
    assert editors.post("/logout", data={"token": "guess"}).status_code == 403
    assert editors.post("/logout", data={"token": token_of(editors, "/")}).status_code == 303
    editors.cookies.clear()
    editors.cookies.set("archive_editor", stolen)
    assert editors.get("/edit").status_code == 303  # the session has ended, whoever kept its cookie


def test_what_an_editor_sees_is_kept_by_nobody(editors: TestClient) -> None:
    """Also the public pages while logged in; for everybody else they are as they were, to the byte."""
    public = editors.get("/quotes/1")
    log_in(editors)
    for address in (
        *PAGES,
        "/",
        "/quotes/1",
        "/articles",
        "/people/jane-example",
        "/corrections",
        "/nowhere",
    ):
        answer = editors.get(address, headers={"If-None-Match": public.headers["etag"]})
        assert answer.headers["cache-control"] == "private, no-store", address
        assert "etag" not in answer.headers
        assert answer.status_code in (200, 404)
    assert "Correct this" in editors.get("/quotes/1").text
    editors.cookies.clear()
    again = editors.get("/quotes/1")
    assert (again.content, again.headers["etag"]) == (public.content, public.headers["etag"])


def test_a_form_is_of_use_to_who_was_given_it_alone(editors: TestClient) -> None:
    log_in(editors)
    fields = {"decision": "nobody", "reason": "as read"}
    assert editors.post("/edit/quotes/1", data=fields).status_code == 403
    first, second = token_of(editors, "/edit/quotes/1"), token_of(editors, "/edit/quotes/1")
    assert first != second  # nothing that repeats can be guessed from the length of compressed pages
    log_in(editors)
    assert editors.post("/edit/quotes/1", data={**fields, "token": first}).status_code == 403
    assert editors.post("/edit/quotes/1", content=b"x" * 70_000).status_code == 413
    assert editors.post("/edit/quotes/1", content=b"\xff=1&" * 2_000).status_code == 400
    assert "Nothing has been corrected yet" in editors.get("/corrections").text


def test_every_correction_can_be_made_on_pages(editors: TestClient) -> None:
    """Through the forms, one after another; each leads to the page it is on, and a refusal says why."""
    log_in(editors)
    queue = text_of(editors.get("/edit").text)
    assert "That is a matter for another day entirely" in queue
    status, page = send(editors, "/edit/quotes/3", decision="person", person="Nobody Whatsoever")
    assert status == 400
    assert "the archive knows nobody called “Nobody Whatsoever”" in page
    assert (
        'value="Nobody Whatsoever"'
        in editors.post(
            "/edit/quotes/3",
            data={
                "token": token_of(editors, "/edit"),
                "reason": "x",
                "decision": "person",
                "person": "Nobody Whatsoever",
            },
        ).text
    )
    assert send(editors, "/edit/quotes/3", decision="", person="x")[0] == 400
    assert send(editors, "/edit/quotes/3", decision="person", person="Keir Starmer") == (303, "/quotes/3")
    assert "That is a matter" not in text_of(editors.get("/edit").text)
    send(editors, "/edit/quotes/3", decision="person", person="Zoë Neuling", new="on")
    send(editors, "/edit/quotes/3", decision="unnamed", unnamed="a <b>letter</b>")
    assert "a &lt;b&gt;letter&lt;/b&gt;" in editors.get("/quotes/3").text
    send(editors, "/edit/quotes/3", decision="nobody")
    send(editors, "/edit/quotes/2", decision="confirm")
    assert "undated" in text_of(editors.get("/edit?show=dates").text)
    assert send(editors, "/edit/articles/1", decision="date", value="soon")[0] == 400
    assert send(editors, "/edit/articles/1", decision="date", value="2025-03") == (303, "/articles/1")
    assert "Nothing is left" in text_of(editors.get("/edit?show=dates").text)
    send(editors, "/edit/articles/1", decision="title", value="Signed")
    send(editors, "/edit/articles/1", decision="outlet", value="The Gazette")
    assert "Signed" in editors.get("/articles").text
    assert send(editors, "/edit/people/john-other", decision="merge", into="jane-example")[0] == 303
    assert editors.get("/people/john-other").headers["location"] == "/people/jane-example"
    send(editors, "/edit/people/jane-example", decision="split", other="John Others", quotation=["2"])
    assert editors.get("/people/john-others").status_code == 200
    assert send(editors, "/edit/articles/1", decision="withdraw") == (303, "/articles/1")
    gone = editors.get("/articles/1")
    assert gone.status_code == 410
    undo = re.search(r'href="(/edit/corrections/\d+)"', gone.text)
    assert undo is not None
    assert editors.get("/edit/articles/1").headers["location"] == undo[1]
    assert send(editors, undo[1])[0] == 303
    assert editors.get("/articles/1-signed").status_code == 200
    assert editors.get("/corrections").text.count("by anna") == 0
    assert editors.get("/corrections").text.count("<dd>anna, on") == 12
    assert "no-store" in editors.get("/corrections").headers["cache-control"]


def test_guesses_are_counted_for_a_quarter_of_an_hour() -> None:
    now = [0.0]
    failed = FailedLogins(lambda: now[0])
    assert [failed.begin("a", 2) for _ in range(2)] == [0, 0]
    assert failed.begin("a", 2) == 901
    assert failed.begin("b", 2) == 0
    now[0] = 901
    assert failed.begin("a", 2) == 0
    failed.succeed("a")
    assert [failed.begin("a", 2) for _ in range(3)] == [0, 0, 901]


def test_a_password_is_hashed_in_a_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = "a long enough password"
    result = CliRunner().invoke(cli, ["hash-password", "anna"], input=f"{typed}\n{typed}\n")
    line = result.stdout.splitlines()[-1]
    name, _, hashed = line.partition(":")
    assert name == "anna"
    assert is_hash(hashed)
    assert is_password(typed, hashed)
    assert not is_password("another one", hashed)
    assert not is_password(typed, None)
    monkeypatch.setenv("ARCHIVE_EDITORS", f"{line} ben:{hashed}")
    assert set(read_settings().editor_hashes) == {"anna", "ben"}
    assert hashed not in repr(read_settings())
    short = CliRunner().invoke(cli, ["hash-password", "anna"], input="short\nshort\n")
    assert isinstance(short.exception, SettingsError)
    for wrong in ("anna", "anna:password", f"an/na:{hashed}"):
        monkeypatch.setenv("ARCHIVE_EDITORS", wrong)
        with pytest.raises(SettingsError, match="ARCHIVE_EDITORS") as raised:
            read_settings()
        assert wrong not in str(raised.value)
