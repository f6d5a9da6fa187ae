"""WARC files for the tests, written as ISO 28500 has it."""

from __future__ import annotations

import gzip


def record(kind: str, block: bytes, address: str = "", date: str = "2025-03-17T09:30:00Z") -> bytes:
    """One record; ``kind`` is its WARC-Type."""
    head = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {address}",
        f"WARC-Date: {date}",
        "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>",
        "Content-Type: application/http; msgtype=response",
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def warc(*answers: tuple[str, str, str, bytes], gzipped: bool = False, encoding: str = "") -> bytes:
    """A WARC file of answers: address, status, type, body; each record packed by itself if ``gzipped``."""
    records = [record("warcinfo", b"software: a test\r\n")]
    for address, status, kind, body in answers:
        packed = f"Content-Encoding: {encoding}\r\n" if encoding else ""
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{packed}Content-Length: {len(body)}\r\n\r\n"
        records.append(record("response", head.encode() + body, address))
    return b"".join(gzip.compress(one) if gzipped else one for one in records)
