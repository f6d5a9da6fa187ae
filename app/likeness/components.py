"""Clusters: what hangs together by pairs. The answer does not depend on the order of the pairs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T", bound=int)


def clusters_of(pairs: Iterable[tuple[T, T]]) -> list[frozenset[T]]:
    """The sets of those that pairs connect, each of two or more, by their smallest member.

    >>> [sorted(cluster) for cluster in clusters_of([(4, 2), (9, 7), (3, 4)])]
    [[2, 3, 4], [7, 9]]
    """
    root: dict[T, T] = {}

    def find(one: T) -> T:
        root.setdefault(one, one)
        while root[one] != one:
            root[one] = root[root[one]]
            one = root[one]
        return one

    for one, other in pairs:
        low, high = sorted((find(one), find(other)))
        root[high] = low
    members: dict[T, set[T]] = {}
    for one in root:
        members.setdefault(find(one), set()).add(one)
    return [frozenset(found) for _, found in sorted(members.items()) if len(found) > 1]
