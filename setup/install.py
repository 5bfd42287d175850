"""Makes `.venv` and installs requirements.txt and torch into it. Does nothing where that is done already.

The list is complete and is installed without resolving: pip's resolver would refuse what overrides Rasa's old pins. torch comes
with its dependencies, because they differ between its builds: CPU, or CUDA with NVIDIA's packages.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.sha256"
REQUIREMENTS = PROJECT / "requirements.txt"
LOG = PROJECT / "var" / "log" / "install.log"
LOCK = PROJECT / "var" / "install.lock"
NOT_YET = "not yet"  # in the stamp: nothing is half done, but something is to be installed or brought up to date
INSTALLING = "\nInstalling collected packages:"
GIB = 1 << 30
FRESH_BYTES, UPDATE_BYTES, CUDA_BYTES = 4 * GIB, 1 * GIB, 9 * GIB
PROGRESS_SECONDS = 10.0
CPU_HINT = "set TORCH_INDEX_URL (or PIP_EXTRA_INDEX_URL) to an index of CPU builds of torch, such as PyTorch's own"


class InstallError(Exception):
    """The installation cannot go on; the text says why and what to do."""


def main() -> int:
    """0 when everything is installed, 1 with what is wrong on stderr, 130 when interrupted."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        wanted = fingerprint(REQUIREMENTS.read_bytes(), torch_pin())
        if is_installed(wanted):
            report("unchanged")
            return 0
        with only_one():
            if not is_installed(wanted):
                install(wanted)
    except (InstallError, OSError) as error:
        print(f"installation: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("installation: interrupted; the next call does anew what is unfinished", file=sys.stderr)
        return 130
    return 0


def torch_pin(pyproject: Path = PROJECT / "pyproject.toml") -> str:
    """`torch==…` as pyproject.toml wants it. A pattern, because Python 3.10 cannot read TOML."""
    match = re.search(r'^\s*"(torch==[^"]+)"', pyproject.read_text(encoding="utf-8"), re.MULTILINE)
    if match is None:
        raise InstallError("pyproject.toml does not pin torch")
    return match[1]


def fingerprint(requirements: bytes, torch: str) -> str:
    """Hash of all that decides what gets installed."""
    python = f"{platform.python_version_tuple()[:2]} {platform.machine()}"
    return hashlib.sha256(b"\0".join((requirements, torch.encode(), python.encode()))).hexdigest()


def is_installed(wanted: str) -> bool:
    """Whether exactly this was installed to the end, and its Python is still there."""
    return os.access(PYTHON, os.X_OK) and STAMP.is_file() and STAMP.read_text() == wanted


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Wait for an installation in another terminal. pip inherits the lock, so it holds even where only pip is left."""
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            report("another one is running, waiting for its end")
            fcntl.flock(lock, fcntl.LOCK_EX)
        os.set_inheritable(lock.fileno(), True)
        yield


def install(wanted: str) -> None:
    """Install everything and leave the stamp. Raises InstallError."""
    started = time.monotonic()
    torch = torch_pin()
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("wb") as log:
        fresh = not is_usable()
        if fresh:
            make_venv(log)
        check_disk(FRESH_BYTES if fresh else UPDATE_BYTES)
        check_disk_for_torch(torch)
        run_pip("packages", pip("install", "--no-deps", "--ignore-requires-python", "-r", REQUIREMENTS.name), log)
        run_pip("torch", pip("install", *torch_index(), torch, "-c", REQUIREMENTS.name), log)
    STAMP.write_text(wanted)
    report(f"done after {time.monotonic() - started:.0f} s")


def is_usable() -> bool:
    """Whether pip can go on with what is in `.venv`: nothing is half done, and it is for this Python."""
    library = VENV / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    return STAMP.is_file() and os.access(PYTHON, os.X_OK) and library.is_dir()


def make_venv(log: IO[bytes]) -> None:
    """An empty `.venv`, in place of whatever is there."""
    if VENV.exists():
        report("what is in .venv is half done or for another Python; starting over")
    report(f"making .venv with Python {platform.python_version()} (details in {shown(LOG)})")
    run("virtual environment", [sys.executable, "-I", "-m", "venv", "--clear", str(VENV)], log)
    STAMP.write_text(NOT_YET)


def check_disk(needed: int, hint: str = "free some and try again") -> None:
    """Raises InstallError where less is free."""
    free = shutil.disk_usage(VENV).free
    if free < needed:
        raise InstallError(f"{free / GIB:.1f} GiB are free here, about {needed >> 30} GiB are needed; {hint}")


def check_disk_for_torch(torch: str) -> None:
    """Where the disk is small, ask pip whether torch's NVIDIA packages would come along. Raises InstallError where they have no room."""
    if sys.platform != "linux" or shutil.disk_usage(VENV).free >= CUDA_BYTES:
        return
    asked = subprocess.run(pip("install", "--dry-run", *torch_index(), torch), cwd=PROJECT, capture_output=True, text=True, check=False)
    if asked.returncode or "nvidia-" in asked.stdout:
        check_disk(CUDA_BYTES, f"free some, or {CPU_HINT}")


def torch_index() -> list[str]:
    """Where to take torch from, if the user says so."""
    url = os.environ.get("TORCH_INDEX_URL")
    return ["--index-url", url] if url else []


def pip(command: str, *arguments: str) -> list[str]:
    """A command line of the environment's pip; its settings and indexes apply."""
    quiet = ("--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--no-warn-script-location")
    return [str(PYTHON), "-I", "-m", "pip", command, *quiet, *arguments]


def run_pip(step: str, command: Sequence[str], log: IO[bytes]) -> None:
    """A step of pip. There is no stamp while it installs: cut off then, it leaves halves that it would take for whole."""
    STAMP.unlink(missing_ok=True)
    begin = log.tell()
    try:
        run(step, command, log)
    except BaseException:
        if INSTALLING not in said_since(begin):
            STAMP.write_text(NOT_YET)
        raise
    STAMP.write_text(NOT_YET)


def run(step: str, command: Sequence[str], log: IO[bytes]) -> None:
    """Run a step to its end, with a line about it every few seconds. Raises InstallError with the cause."""
    started = time.monotonic()
    begin = log.tell()
    process = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, close_fds=False)
    try:
        while process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(PROGRESS_SECONDS)
                break
            report(f"{step}, {time.monotonic() - started:.0f} s{progress(said_since(begin))}")
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if process.returncode:
        raise InstallError(f"{step}: {cause(said_since(begin))}\nThe whole story is in {shown(LOG)}")


def said_since(begin: int) -> str:
    """What the log holds from this byte on."""
    with LOG.open("rb") as log:
        log.seek(begin)
        return log.read().decode(errors="replace")


def progress(said: str) -> str:
    """How far pip is. It is silent while it installs, so then what it has put in place is counted."""
    fetched = len(re.findall(r"^Collecting ", said, re.MULTILINE))
    if INSTALLING in said:
        return f": installing, {sum(1 for _ in VENV.glob('lib/python3*/site-packages/*.dist-info'))} packages in place"
    return f": fetching, {fetched} packages so far" if fetched else ""


def cause(said: str) -> str:
    """The line of pip's output that says what went wrong."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if re.match("(?i)error: ", line) and "subprocess-exited-with-error" not in line]
    unreachable = any("Retrying (Retry(" in line for line in lines)
    hint = " (the package index could not be reached: check the network, and pip's index and proxy settings)" if unreachable else ""
    return (errors or lines or ["it ended without a word"])[-1].removeprefix("ERROR: ") + hint


def shown(path: Path) -> str:
    """A path as the user sees it from the project's folder."""
    return path.relative_to(PROJECT).as_posix()


def report(line: str) -> None:
    """Tell the user."""
    print(f"installation: {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
