"""The two registers as they are shipped, read once for all tests of this folder."""

from __future__ import annotations

import pytest

from app.authority.programme_register import ProgrammeRegister
from app.authority.register import Register
from app.resources import resource_folder


@pytest.fixture(scope="session")
def people() -> Register:
    return Register.load(resource_folder("seeds") / "people.json")


@pytest.fixture(scope="session")
def programmes() -> ProgrammeRegister:
    return ProgrammeRegister.load(resource_folder("seeds") / "programmes.json")
