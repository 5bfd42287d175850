"""What time does to officers' things: ended sessions, failures that count no more, and audit records kept long enough are dropped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from aiohttp import web

from actions.background import running
from actions.officers.errors import AuditBroken
from actions.tickets.database import DatabaseUnavailable
from desk.services import Desk

_FIRST_AFTER_SECONDS = 60.0
_EVERY_SECONDS = 6 * 60 * 60.0


def sweeping(desk: Desk) -> Callable[[web.Application], AsyncIterator[None]]:
    """For an application's `cleanup_ctx`: sweep while it runs."""

    async def run(application: web.Application) -> AsyncIterator[None]:
        async with running(_keep_sweeping(desk)):
            yield

    return run


def sweep(desk: Desk) -> int:
    """Once. How many rows of the audit log were dropped. Raises DatabaseUnavailable, AuditBroken."""
    desk.officers.forget_passing()
    return desk.officers.audit.prune(desk.settings.audit_days)


async def _keep_sweeping(desk: Desk) -> None:
    wait = _FIRST_AFTER_SECONDS  # a start has other things to do
    while True:
        await asyncio.sleep(wait)
        wait = _EVERY_SECONDS
        try:
            dropped = await asyncio.get_running_loop().run_in_executor(desk.threads, sweep, desk)
            if dropped:
                desk.logger.info("audit_log_pruned", rows=dropped)
        except DatabaseUnavailable as error:
            desk.logger.error("desk_not_swept", reason=str(error))
        except AuditBroken as error:
            desk.logger.error("audit_log_broken", reason=str(error))
        except Exception:  # whatever it was, the next round gets its chance
            desk.logger.exception("desk_not_swept")
