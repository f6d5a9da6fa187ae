"""A search cluster for the tests: a real one, where ``OPENSEARCH_URL`` names it, else one in memory.

Each index, or archive, gets a prefix of its own, so that tests share the server and nothing on it.
"""

from __future__ import annotations

import atexit
import os
import secrets
import ssl
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from urllib.parse import unquote, urlsplit

from osmem_server import OsmemServer

from app.fulltext.cluster.connection import Cluster, ClusterSettings
from app.fulltext.opensearch_index import OpenSearchIndex

_CA_FILE = os.environ.get("OPENSEARCH_CA_FILE", "")
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
    return ClusterSettings(
        **({"url": cluster_url(), "ca_file": _CA_FILE, "prefix": prefix, "replicas": 0} | changes)  # type: ignore[arg-type]
    )


def new_index(_folder: object = None) -> OpenSearchIndex:
    """An index that is not there yet."""
    return OpenSearchIndex(cluster_settings(), "articles")


def pass_on(method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
    """Ask the cluster by its own address and name; its status and answer."""
    parts = urlsplit(cluster_url())
    address = f"{parts.scheme}://{parts.hostname}:{parts.port or 9200}{path}"
    credentials = {}
    if parts.username:
        name = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        credentials = {"Authorization": f"Basic {b64encode(name.encode()).decode()}"}
    request = urllib.request.Request(address, body or None, {**headers, **credentials}, method=method)
    trusted = ssl.create_default_context(cafile=_CA_FILE or None)
    try:
        with urllib.request.urlopen(request, context=trusted if parts.scheme == "https" else None) as found:
            return found.status, found.read()
    except urllib.error.HTTPError as exc:
        return exc.code, exc.read()


def _clean(url: str) -> None:
    """Take away what the tests made on a real cluster."""
    cluster = Cluster(ClusterSettings(url, _CA_FILE))
    for index in cluster.ask("GET", f"/{_OF_TESTS}-*/_alias"):  # clusters refuse to delete by a pattern
        cluster.ask("DELETE", f"/{index}")
