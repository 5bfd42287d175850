"""Structured logs: one JSON object a line on stderr, no message texts and no personal data."""

from __future__ import annotations

import logging
import sys

import structlog


def open_logger(level: str) -> structlog.stdlib.BoundLogger:
    """A logger that writes JSON lines to stderr."""
    logger: structlog.stdlib.BoundLogger = structlog.wrap_logger(
        structlog.WriteLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
    )
    return logger
