"""What the server writes down: a line an event, with the request's id, and nothing about who asked for what.

No client's address, no query, no cookie comes into a line; of an address only the path does. As JSON, a
line is an object; as text, words with the same fields behind them. No line can be forged from outside:
JSON and ``repr`` write control characters as escapes.
"""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)


class LogFormat(StrEnum):
    """How a line is written."""

    TEXT = "text"
    JSON = "json"


def _fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """The fields that stand beside the message: those of the event, and the request's id."""
    fields: dict[str, Any] = {}
    if (request_id := REQUEST_ID.get()) is not None:
        fields["request_id"] = request_id
    return fields | getattr(record, "fields", {})


class JsonFormatter(logging.Formatter):
    """A line as a JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of an event."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **_fields_of(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True, default=str)


class TextFormatter(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of an event, a traceback below it."""
        time = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        fields = " ".join(f"{name}={value!r}" for name, value in _fields_of(record).items())
        line = f"{time} {record.levelname.lower():7} {record.getMessage()} {fields}".rstrip()
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class OnceOnly(logging.Filter):
    """Leaves out what the server says of a crash: the application has told it already, with its request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the event is told."""
        return "Exception in ASGI application" not in record.getMessage()


def log_config(log_format: LogFormat) -> dict[str, Any]:
    """The configuration of all logging of the server, on standard error."""
    formatter = JsonFormatter if log_format is LogFormat.JSON else TextFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"once": {"()": OnceOnly}},
        "formatters": {"line": {"()": formatter}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["once"]},
        },
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "alembic": {"level": "WARNING", "propagate": True, "handlers": []},
            "uvicorn": {"level": "INFO", "propagate": True, "handlers": []},
            "uvicorn.error": {"level": "INFO", "propagate": True, "handlers": []},
            "uvicorn.access": {"level": "CRITICAL", "propagate": False, "handlers": []},
        },
    }
