"""The index on a cluster where the cluster is busy, away, slow, shared, or asked for very much."""

from __future__ import annotations

import http.server
import json
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.deadline import within
from app.errors import IndexLockedError, IndexUnavailableError, TookTooLongError
from app.fulltext.cluster.connection import ClusterSettings
from app.fulltext.opensearch_index import OpenSearchIndex
from app.fulltext.search_index import Facet, IndexDocument, Order
from app.fulltext.tree import And, Label, Labelled, Near, Node, Or, Prefix, Unit, Words, Zone
from tests.search_cluster import cluster_settings, pass_on

PACT = Words("pact")


def documents(count: int) -> list[IndexDocument]:
    """Articles of which the later ones name a pact oftener."""
    return [
        IndexDocument(
            number,
            f"Report {number}",
            f"A pact. {'The pact again. ' * number}",
            None,
            ((Label.OUTLET, "times"),),
        )
        for number in range(1, count + 1)
    ]


@pytest.fixture
def settings() -> ClusterSettings:
    return cluster_settings(seconds=5)


@pytest.fixture
def index(settings: ClusterSettings) -> OpenSearchIndex:
    made = OpenSearchIndex(settings, "articles")
    made.rebuild(documents(9))
    return made


class Gate:
    """A server before the cluster that passes requests on, and does first what it is told to."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.statuses: list[int] = []  # of the next requests of many changes, which are not passed on
        self.delay_seconds = 0.0
        self.is_open_to: Callable[[str], bool] = lambda _: True
        self.cut_next = False
        self.url = ""

    def handle(self, request: http.server.BaseHTTPRequestHandler) -> None:
        self.requests.append(f"{request.command} {request.path}")
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        time.sleep(self.delay_seconds)
        if self.cut_next:
            self.cut_next = False
            request.connection.shutdown(socket.SHUT_RDWR)
            return
        if not self.is_open_to(request.headers.get("Authorization", "")):
            answer(request, 401, b"{}")
        elif request.path == "/_bulk" and self.statuses:
            answer(request, self.statuses.pop(0), b'{"error": {"type": "rejected_execution_exception"}}')
        else:
            kept = {"content-type", "content-encoding"}
            headers = {name: value for name, value in request.headers.items() if name.lower() in kept}
            answer(request, *pass_on(request.command, request.path, headers, body))


def answer(request: http.server.BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    request.send_response(status)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    if request.command != "HEAD":
        request.wfile.write(body)


class QuietServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Clients that go away are expected."""


@contextmanager
def standing(certificate: Path | None = None) -> Iterator[Gate]:
    """A gate on a free port; with a certificate, it speaks TLS."""
    gate = Gate()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def __getattr__(self, name: str) -> Callable[[], None]:
            if not name.startswith("do_"):
                raise AttributeError(name)
            return lambda: gate.handle(self)

    server = QuietServer(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    gate.url = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    try:
        yield gate
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def gate() -> Iterator[Gate]:
    with standing() as made:
        yield made


def through(gate: Gate, settings: ClusterSettings, **changes: Any) -> OpenSearchIndex:
    """The same index, asked for through the gate."""
    given = {name: getattr(settings, name) for name in ("prefix", "seconds", "replicas")}
    return OpenSearchIndex(ClusterSettings(**({"url": gate.url} | given | changes)), "articles")


def test_a_busy_cluster_is_told_again_until_it_takes_all(
    index: OpenSearchIndex, settings: ClusterSettings, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.fulltext.cluster.writing._WAITS_SECONDS", (0.01, 0.02))
    gate.statuses = [429, 503]
    with through(gate, settings).writer() as writer:
        writer.put(IndexDocument(20, "", "A fresh pact.", None))
    assert 20 in index.hit_ids(PACT)
    assert gate.statuses == []


def test_a_cluster_that_stays_busy_is_given_up_on(
    index: OpenSearchIndex, settings: ClusterSettings, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.fulltext.cluster.writing._WAITS_SECONDS", (0.01, 0.01))
    gate.statuses = [429] * 9
    with (
        pytest.raises(IndexUnavailableError, match="too much to do"),
        through(gate, settings).writer() as writer,
    ):
        writer.delete(1)
    assert len(gate.statuses) == 6
    assert 1 in index.article_ids()


def test_only_what_was_refused_is_sent_again(index: OpenSearchIndex) -> None:
    """A cluster takes some changes of a request and refuses others."""
    items = [{"index": {"_id": "1", "status": 200}}, {"index": {"_id": "2", "status": 429, "error": {}}}]
    refused = index._writing._refused(["one", "two"], {"errors": True, "items": items})
    assert refused == ["two"]
    wrong = [{"index": {"_id": "1", "status": 400, "error": {"type": "mapper_parsing_exception"}}}]
    with pytest.raises(IndexUnavailableError, match=r"document 1 \(mapper_parsing"):
        index._writing._refused(["one"], {"errors": True, "items": wrong})


def test_a_connection_that_was_closed_meanwhile_is_opened_anew(
    index: OpenSearchIndex, settings: ClusterSettings, gate: Gate
) -> None:
    gated = through(gate, settings)
    assert gated.count(PACT) == 9
    gate.cut_next = True
    assert gated.count(PACT) == 9


def test_wrong_credentials_are_told_and_not_repeated(settings: ClusterSettings, gate: Gate) -> None:
    gate.is_open_to = lambda header: header.startswith("Basic YW5uYTpzOmNy")  # anna:s:cr…
    url = gate.url.replace("http://", "http://anna:wr0ng@")
    with pytest.raises(IndexUnavailableError, match="refuses the user or the password") as refused:
        through(gate, settings, url=url).count(PACT)
    assert "wr0ng" not in str(refused.value)
    assert "wr0ng" not in repr(ClusterSettings(url))


def test_credentials_with_any_letters_are_taken_as_they_are_meant(
    index: OpenSearchIndex, settings: ClusterSettings, gate: Gate
) -> None:
    gate.is_open_to = lambda header: header == "Basic YW5uYTpzOmNyQGV0"  # anna:s:cr@et
    assert (
        through(gate, settings, url=gate.url.replace("http://", "http://anna:s%3Acr%40et@")).count(PACT) == 9
    )


def test_a_certificate_must_be_trusted(
    index: OpenSearchIndex, settings: ClusterSettings, tmp_path: Path
) -> None:
    certificate = tmp_path / "cluster.pem"
    options = (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=cluster -addext subjectAltName=IP:127.0.0.1"
    )
    made = ["openssl", *options.split(), "-keyout", str(certificate), "-out", str(tmp_path / "public.pem")]
    subprocess.run(made, check=True, capture_output=True)
    certificate.write_bytes(certificate.read_bytes() + (tmp_path / "public.pem").read_bytes())
    with standing(certificate) as gate:
        with pytest.raises(IndexUnavailableError, match="not trusted: set ARCHIVE_SEARCH_CA_FILE"):
            through(gate, settings).count(PACT)
        assert through(gate, settings, ca_file=str(tmp_path / "public.pem")).count(PACT) == 9
        elsewhere = gate.url.replace("127.0.0.1", "localhost")
        with pytest.raises(IndexUnavailableError, match="not trusted"):
            through(gate, settings, url=elsewhere, ca_file=str(tmp_path / "public.pem")).count(PACT)


def test_a_slow_cluster_ends_with_the_time_of_a_request(
    index: OpenSearchIndex, settings: ClusterSettings, gate: Gate
) -> None:
    gate.delay_seconds = 1.5
    began = time.monotonic()
    with pytest.raises(TookTooLongError), within(0.3):
        through(gate, settings).count(PACT)
    with pytest.raises(IndexUnavailableError, match="in time"):
        through(gate, settings, seconds=0.3).count(PACT)
    assert time.monotonic() - began < 2.5


def test_few_readers_wait_for_a_machine_that_takes_no_connection(settings: ClusterSettings) -> None:
    """The next ones are told at once, for some seconds."""
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for waiting in (first, second):
            waiting.settimeout(0)
            waiting.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        index = OpenSearchIndex(ClusterSettings(url, prefix=settings.prefix, seconds=0.7), "articles")
        began = time.monotonic()
        for _ in range(5):
            with pytest.raises(IndexUnavailableError, match="cannot be reached"), within(5):
                index.count(PACT)
        assert 0.5 < time.monotonic() - began < 1.4


def test_an_answer_that_was_lost_does_not_lose_the_lock(
    index: OpenSearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was asked for was done all the same, and asking again finds it done."""
    monkeypatch.setattr("app.fulltext.cluster.lock._RENEWED_SECONDS", 30.0)  # renewed before all that is sent
    ask = index._cluster.ask

    def ask_twice(method: str, path: str, *arguments: Any, **more: Any) -> Any:
        if method == "PUT" and "-locks/_doc" in path:
            ask(method, path, *arguments, **more)
        return ask(method, path, *arguments, **more)

    monkeypatch.setattr(index._cluster, "ask", ask_twice)
    with index.writer() as writer:
        writer.delete(1)
    assert 1 not in index.article_ids()
    with index.writer():
        pass


def test_an_unfinished_answer_is_none(index: OpenSearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """Better no number than the number of the shards that answered."""
    cluster = index._cluster
    parts = {"responses": [{"_shards": {"failed": 1}, "hits": {"total": {"value": 3}, "hits": []}}]}
    monkeypatch.setattr(cluster, "ask", lambda *_, **__: parts)
    with pytest.raises(IndexUnavailableError, match="a part of the search cluster"):
        index.count(PACT)


def test_an_index_of_another_version_is_never_read(
    settings: ClusterSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes when this version's is built; a newer one stays, since its program may be running."""
    monkeypatch.setattr("app.fulltext.cluster.names.VERSION", 99)
    newer = OpenSearchIndex(settings, "articles")
    newer.rebuild(documents(3))
    monkeypatch.setattr("app.fulltext.cluster.names.VERSION", 4)
    older = OpenSearchIndex(settings, "articles")
    older.rebuild(documents(2))
    monkeypatch.undo()
    index = OpenSearchIndex(settings, "articles")
    assert not index.exists()
    with pytest.raises(IndexUnavailableError, match=r"another version than this program: run .*reindex"):
        index.count(PACT)
    index.rebuild(documents(1))
    assert index.count(PACT) == 1
    monkeypatch.setattr("app.fulltext.cluster.names.VERSION", 99)
    assert newer.count(PACT) == 3
    monkeypatch.setattr("app.fulltext.cluster.names.VERSION", 4)
    assert not older.exists()


def physical(settings: ClusterSettings) -> set[str]:
    """The indexes under the prefix of these settings."""
    _, found = pass_on("GET", f"/{settings.prefix}*/_alias", {}, b"")
    return set(json.loads(found))


def test_a_rebuild_leaves_its_own_indexes_and_those_of_others(
    index: OpenSearchIndex, settings: ClusterSettings
) -> None:
    """Also where the name of another archive begins as this one's."""
    neighbour = OpenSearchIndex(cluster_settings(prefix=f"{settings.prefix}-articles"), "articles")
    neighbour.rebuild(documents(2))
    before = physical(settings)

    def interrupted() -> Iterator[IndexDocument]:
        yield documents(1)[0]
        raise InterruptedError

    with pytest.raises(InterruptedError):
        index.rebuild(interrupted())
    assert physical(settings) == before
    index.rebuild(documents(4))
    assert len(physical(settings)) == len(before)
    assert (index.count(PACT), neighbour.count(PACT)) == (4, 2)


def test_what_a_killed_rebuild_left_goes_with_the_next(
    index: OpenSearchIndex, settings: ClusterSettings
) -> None:
    left = f"{index._names.documents}-00000000"
    index._cluster.ask("PUT", f"/{left}")
    index.rebuild(documents(1))
    assert left not in physical(settings)


_HOLD = """
import sys, time
from app.fulltext.cluster import lock
from app.fulltext.cluster.connection import ClusterSettings
from app.fulltext.opensearch_index import OpenSearchIndex
lock._SECONDS, lock._RENEWED_SECONDS = 2.0, 0.5
settings = ClusterSettings(url=sys.argv[1], prefix=sys.argv[2], ca_file=sys.argv[3], replicas=0)
with OpenSearchIndex(settings, "articles").writer():
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_killed_writer_is_not_waited_for_longer_than_its_lock_lasts(
    index: OpenSearchIndex, settings: ClusterSettings
) -> None:
    """Held by another process, it is refused at once, however long that takes; readers go on.

    The lock lasts eight seconds; here, two.
    """
    command = [sys.executable, "-c", _HOLD, settings.url, settings.prefix, settings.ca_file]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        began = time.monotonic()
        while time.monotonic() - began < 3:
            with pytest.raises(IndexLockedError, match="wait until it has finished"), index.writer():
                pass
            assert index.count(PACT) == 9
            time.sleep(0.5)
        other.kill()
    began = time.monotonic()
    while True:
        try:
            index.rebuild(documents(1))
        except IndexLockedError:
            assert time.monotonic() - began < 4
            time.sleep(0.1)
        else:
            break
    assert index.count(PACT) == 1


def test_a_writer_that_lost_its_lock_changes_nothing(
    index: OpenSearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped for long, as a machine that sleeps is, it cannot know what another one has written."""
    monkeypatch.setattr("app.fulltext.cluster.lock._SECONDS", 0.05)
    monkeypatch.setattr("app.fulltext.cluster.lock._RENEWED_SECONDS", 30.0)

    def write_late() -> None:
        with index.writer() as writer:
            writer.delete(1)
            time.sleep(0.1)
            with index.writer() as other:
                other.delete(2)

    with pytest.raises(IndexLockedError, match="run it again"):
        write_late()
    assert index.article_ids() == [1, 3, 4, 5, 6, 7, 8, 9]


def test_many_hits_come_page_after_page(index: OpenSearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster gives 10,000 hits at once; here, 4."""
    whole = {order: find(index, PACT, order) for order in Order}
    monkeypatch.setattr("app.fulltext.opensearch_index._WINDOW", 4)
    assert list(index.hit_ids(PACT)) == list(range(1, 10))
    assert index.article_ids() == list(range(1, 10))
    for order in (Order.NEWEST, Order.OLDEST):
        assert [find(index, PACT, order, at, 3) for at in (0, 3, 6, 9)] == [
            whole[order][at : at + 3] for at in (0, 3, 6, 9)
        ]
        assert find(index, PACT, order, 2, 1000) == whole[order][2:]
        assert find(index, And(()), order, 9, 5) == []


def test_behind_the_first_hits_the_cluster_ranks(
    index: OpenSearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each hit comes once, whatever the page; in and behind the window of the cluster."""
    whole = find(index, PACT)
    monkeypatch.setattr("app.fulltext.opensearch_index._RANKED", 3)
    assert sorted(find(index, PACT, limit=9)) == sorted(whole)
    pieces = [find(index, PACT, offset=at, limit=2) for at in range(0, 10, 2)]
    assert [one for piece in pieces for one in piece] == find(index, PACT, limit=9)
    monkeypatch.setattr("app.fulltext.opensearch_index._WINDOW", 5)
    assert find(index, PACT, limit=9) == [one for piece in pieces for one in piece][:5]


def find(
    index: OpenSearchIndex,
    tree: Node,
    order: Order = Order.RELEVANCE,
    offset: int = 0,
    limit: int = 100,
) -> list[int]:
    return list(index.search(tree, order=order, offset=offset, limit=limit).article_ids)


def test_a_prefix_is_its_200_most_frequent_words(settings: ClusterSettings) -> None:
    index = OpenSearchIndex(settings, "articles")
    often = " ".join(f"word{number}x" for number in range(200))
    index.rebuild([IndexDocument(number, "", often, None) for number in (1, 2)])
    with index.writer() as writer:
        writer.put(IndexDocument(3, "", "word999x", None))
        writer.put(IndexDocument(4, "", "word0x", None))
    assert list(index.hit_ids(Prefix("word"))) == [1, 2, 4]
    assert index.words_from("word", 1) == ("word0x",)


def test_the_vocabulary_follows_what_is_written(index: OpenSearchIndex) -> None:
    with index.writer() as writer:
        writer.put(IndexDocument(1, "", "Nothing but steel, Steel.", None))
        writer.put(IndexDocument(20, "", "Steel.", None))
        writer.delete(9)
    assert index.words_from("steel") == ("steel",)
    assert index.suggest("stell") == ("steel",)
    with index.writer() as writer:
        writer.delete(1)
        writer.delete(20)
        writer.delete(20)
    assert index.words_from("ste") == ()
    assert index.suggest("stell") == ()
    assert index.words_from("pac") == ("pact",)


def test_a_rebuild_of_many_words_counts_each(
    settings: ClusterSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its words are written whenever there are very many; here, four."""
    monkeypatch.setattr("app.fulltext.cluster.writing._WORDS_AT_ONCE", 4)
    index = OpenSearchIndex(settings, "articles")
    texts = ("steel pact", "steel fish pact loans more", "", "steel", "fish", "more pact")
    index.rebuild(IndexDocument(number, "", text, None) for number, text in enumerate(texts, start=1))
    assert index.article_ids() == [1, 2, 3, 4, 5, 6]
    found = index._words._counts(["steel", "fish", "pact", "loans", "more"])
    assert found == {"steel": 3, "fish": 2, "pact": 3, "loans": 1, "more": 2}


def test_words_of_any_form_are_found(settings: ClusterSettings) -> None:
    """With full stops, in other alphabets, longer than a cluster takes them, in numbers with a hyphen."""
    long = "x" * 300
    text = f"The U.K., 1.5 of 1,000, Україна and naïve O’Neill: {long} EU-27 leaders met F-35 pilots."
    index = OpenSearchIndex(settings, "articles")
    index.rebuild([IndexDocument(1, "EU-28 before", text, None, quotes=((0, 8),))])
    found: list[Node] = [
        *(Words("uk"), Words("U.K.", Zone.EXACT), Words("1.5"), Words("1,000"), Words("україна")),
        *(Words("naive"), Words("O'Neill", Zone.EXACT), Words(long), Words("uk", Zone.QUOTE), Words("EU")),
        Words("EU leaders", is_phrase=True),
        Words("EU-27 leaders", is_phrase=True),
        Words(f"{long} EU leaders", is_phrase=True),
        Words("EU", Zone.TITLE),
        Words("EU before", Zone.TITLE, is_phrase=True),
        Prefix("xxx"),
        Near(Words("eu"), Words("f35"), Unit.WORDS, 3),
        Near(Prefix("lea"), Words("EU-27", Zone.EXACT), Unit.SENTENCE),
    ]
    for tree in found:
        assert index.hit_ids(tree) == [1], tree
    missing: list[Node] = [
        Words("EU", Zone.QUOTE),
        Words("EU27 EU", is_phrase=True),
        Near(Words("EU27"), Words("EU"), Unit.WORDS, 9),
        Near(Words("leaders", Zone.EXACT), Words("leader"), Unit.SENTENCE),
        Near(Prefix("lead"), Words("leaders"), Unit.WORDS, 5),
        Words("x" * 299),
    ]
    for tree in missing:
        assert index.hit_ids(tree) == [], tree
    ranked = index.search(
        Or((Words("1.5"), Words("u.k."), Words(long))), order=Order.RELEVANCE, offset=0, limit=1
    )
    assert ranked.article_ids == (1,)


def test_a_page_of_results_is_two_requests_at_most(
    index: OpenSearchIndex, settings: ClusterSettings, gate: Gate
) -> None:
    """However many words it has; a second one is for its prefixes."""
    gated = through(gate, settings)
    tree = And((PACT, Or((Words("again"), Words("report pact", is_phrase=True, slop=5)))))
    gated.search(tree, order=Order.RELEVANCE, offset=0, limit=20, facets=list(Facet))
    assert gate.requests == ["POST /_msearch"]
    gate.requests.clear()
    gated.search(
        And((tree, Prefix("rep"), Prefix("aga"), Labelled(Label.OUTLET, ("times",)))),
        order=Order.RELEVANCE,
        offset=0,
        limit=20,
    )
    assert gate.requests == ["POST /_msearch"] * 2
