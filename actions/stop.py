"""Told to stop by a signal."""

from __future__ import annotations

import asyncio
import signal


def stop_by_signal() -> asyncio.Event:
    """Set once SIGINT or SIGTERM has come. Needs a running loop."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
