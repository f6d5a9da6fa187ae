"""Processes that help: what they have not begun with can be taken back, whatever becomes of them."""

from __future__ import annotations

import multiprocessing
import os
import time
from concurrent.futures import BrokenExecutor, wait

import pytest

from app.errors import HelperEndedError
from app.helper_process import helpers

_SECONDS = 30.0  # in which all of a test's work is done, on any machine


def get_ready() -> None:
    """Nothing is to be loaded."""


def test_all_is_done_in_any_number_of_processes() -> None:
    for count in (1, 3):
        with helpers(count, get_ready) as others:
            assert others is not None
            done = [others.submit(pow, number, 2) for number in range(200)]
            assert [one.result(_SECONDS) for one in done] == [number**2 for number in range(200)]
            assert (
                len({others.submit(os.getpid).result(_SECONDS) for _ in range(20)} - {os.getpid()}) <= count
            )


def test_what_fails_is_told_and_the_rest_is_done() -> None:
    with helpers(1, get_ready) as others:
        assert others is not None
        failing, last = others.submit(int, "none"), others.submit(int, "7")
        with pytest.raises(ValueError, match="none"):
            failing.result(_SECONDS)
        assert last.result(_SECONDS) == 7


def test_what_is_taken_back_is_not_done_and_the_rest_is() -> None:
    with helpers(1, get_ready) as others:
        assert others is not None
        done = [others.submit(abs, -number) for number in range(200)]
        taken_back = [one.cancel() for one in done[::-2]][::-1]
        assert any(taken_back)
        for number, is_taken_back in zip(range(1, 200, 2), taken_back, strict=True):
            assert done[number].cancelled() == is_taken_back
        assert [one.result(_SECONDS) for one in done[::2]] == [*range(0, 200, 2)]


def test_who_waits_is_told_when_a_process_is_killed() -> None:
    """Even if something was taken back before: on Python 3.11 a pool told only some of them."""

    def kill_helper() -> None:
        with helpers(1, get_ready) as others:
            assert others is not None
            first = others.submit(time.sleep, 10 * _SECONDS)
            rest = [others.submit(time.sleep, 0) for _ in range(40)]
            while not first.running():
                time.sleep(0.01)
            waiting = [first, *rest[1::2], *(one for one in rest[::2] if not one.cancel())]
            assert len(waiting) < 30
            for process in multiprocessing.active_children():
                process.kill()
            assert not wait(waiting, _SECONDS).not_done
            assert all(isinstance(one.exception(), BrokenExecutor) for one in waiting)
            others.submit(abs, -1).result(_SECONDS)

    with pytest.raises(HelperEndedError):
        kill_helper()


def test_what_nobody_has_begun_with_is_not_waited_for() -> None:
    began = time.monotonic()
    with helpers(1, get_ready) as others:
        assert others is not None
        rest = [others.submit(time.sleep, 1) for _ in range(60)]
    assert time.monotonic() - began < _SECONDS
    assert sum(one.cancelled() for one in rest) > 50
