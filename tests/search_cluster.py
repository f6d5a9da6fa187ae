"""A search cluster for the tests: a real one, where ``OPENSEARCH_URL`` names it, else one in memory.

Each index, or archive, gets a prefix of its own, so that tests share the server and nothing on it.
"""

from __future__ import annotations

import atexit
import os
import secrets
from functools import cache

from osmem_server import OsmemServer

from app.fulltext.cluster.connection import Cluster, ClusterSettings
from app.fulltext.opensearch_index import OpenSearchIndex

_OF_TESTS = f"test-{secrets.token_hex(4)}"


@cache
def cluster_url() -> str:
    """The address of the cluster; one in memory is started at the first call and ends with this process."""
    given = os.environ.get("OPENSEARCH_URL")
    if given:
        atexit.register(_clean, given)
        return given
    server = OsmemServer.start(japanese=False)
    atexit.register(server.close)
    return str(server.url)


def cluster_settings(**changes: object) -> ClusterSettings:
    """Settings with a prefix that nobody else has."""
    prefix = f"{_OF_TESTS}-{secrets.token_hex(4)}"
    ca_file = os.environ.get("OPENSEARCH_CA_FILE", "")
    return ClusterSettings(
        **({"url": cluster_url(), "ca_file": ca_file, "prefix": prefix, "replicas": 0} | changes)  # type: ignore[arg-type]
    )


def new_index(_folder: object = None) -> OpenSearchIndex:
    """An index that is not there yet."""
    return OpenSearchIndex(cluster_settings(), "articles")


def _clean(url: str) -> None:
    """Take away what the tests made on a real cluster."""
    Cluster(ClusterSettings(url)).ask("DELETE", f"/{_OF_TESTS}-*")
