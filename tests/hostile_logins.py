"""Attacks on editors: forged forms, stolen, edited and replayed cookies, guessed passwords, redirects.

The addresses of the cases are those of no archive in particular. Here editors log in at ``/login``, what they
change is under ``/edit``, and a login leads to ``/edit`` whatever else it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.archive import assemble_archive
from app.errors import SettingsError
from app.ingest import ingest
from app.settings import Settings, read_settings
from app.web.main import create_app
from tests.conftest import SEEDS, new_archive

_PASSWORD = "a word that nobody guesses"
_FORM = "/edit/people/kaja-kallas"
_COOKIE = "archive_editor"
_MOST_GUESSES = 10


def login_site(folder: Path) -> Callable[[], TestClient]:
    """Makes browsers on a small archive with an editor; each on a server that has seen no failure yet."""
    made = new_archive(folder)
    ingest(made, sorted(SEEDS.glob("*.txt"))[:3])
    made.engine.dispose()
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(_PASSWORD)
    settings = Settings(folder=folder, editors=SecretStr(f"anna:{hashed}"))
    return lambda: TestClient(create_app(assemble_archive(settings)), follow_redirects=False)


def faults_of_login(case: dict[str, Any], client: TestClient) -> list[str]:
    """What comes out otherwise than expected."""
    said = f"{case.get('target', '')} {case.get('input', '')}"
    expect = case["expect"]
    if "next=" in said:
        answer = _log_in(client, f"/login?next={case['input']}")
        return _judged(answer, expect, [303, 400])
    if "wrong passwords" in said:
        statuses = [_log_in(client, "/login", "wrong").status_code for _ in range(20)]
        wrong = [] if 429 in statuses[:_MOST_GUESSES] else ["nobody stops the guessing"]
        # A form that is refused is 403 here: 401 would have to name a scheme that browsers ask for.
        return wrong + [f"status {one}" for one in set(statuses) - {401, 403, 429}]
    if "secret" in said:
        return _faults_of_a_weak_secret()
    if "merge" in said:
        return _faults_of_a_forged_form(case, client, said)
    return _faults_of_a_cookie(client, expect, is_edited="edited" in said)


def _log_in(client: TestClient, address: str, password: str = _PASSWORD) -> httpx2.Response:
    token = re.search(r'name="token" value="([^"]+)"', client.get("/login").text)
    fields = {"name": "anna", "password": password, "token": token[1] if token else ""}
    return client.post(address, data=fields)


def _judged(answer: httpx2.Response, expect: dict[str, Any], otherwise: list[int]) -> list[str]:
    told = f"{dict(answer.headers)}".lower()
    wrong = (
        [f"status {answer.status_code}"] if answer.status_code not in expect.get("status", otherwise) else []
    )
    return wrong + [f"has {one}" for one in expect.get("must_not", ()) if one in told]


def _faults_of_a_forged_form(case: dict[str, Any], client: TestClient, said: str) -> list[str]:
    """Another site sends a form with an editor's cookie, or somebody sends one without."""
    if "no session" not in said:
        _log_in(client, "/login")
    headers = dict(re.findall(r"(Sec-Fetch-Site|Origin): ([^,]+)", case["input"]))
    reader = TestClient(client.app)
    before = reader.get("/corrections").text
    answer = client.post(_FORM, data={"name": "Nobody", "reason": "forged"}, headers=headers)
    changed = [] if reader.get("/corrections").text == before else ["something was changed"]
    return _judged(answer, case["expect"], [403]) + changed


def _faults_of_a_cookie(client: TestClient, expect: dict[str, Any], *, is_edited: bool) -> list[str]:
    """A cookie with one letter changed, or one that was logged out with."""
    _log_in(client, "/login")
    cookie = client.cookies[_COOKIE]
    if is_edited:
        cookie = ("A" if cookie[0] != "A" else "B") + cookie[1:]
    else:
        token = re.search(r'name="token" value="([^"]+)"', client.get(_FORM).text)
        client.post("/logout", data={"token": token[1] if token else ""})
    client.cookies.clear()
    client.cookies.set(_COOKIE, cookie)
    return _judged(client.get("/edit"), expect, [303, 401])


def _faults_of_a_weak_secret() -> list[str]:
    """There is no key to set: it is made of the password hashes, and without a real one nothing starts."""
    wrong = []
    for editors in ("anna:", "anna", "anna:secret", ":", "anna:changeme"):
        try:
            read_settings(editors=editors)
        except SettingsError:
            continue
        wrong.append(f"it starts with the editors {editors!r}")
    return wrong
