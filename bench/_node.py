"""The official Socket.IO server, on Node, to compare with."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_SOURCE: Final = Path(__file__).parent / "js"
_INSTALL_S: Final = 120
_STOP_S: Final = 10


class NoNode(Exception):
    """There is none; the message says what is missing."""


@contextmanager
def node() -> Iterator[int]:
    """``bench/js/servidor.mjs``; gives its port.

    Raises:
        NoNode: Node or npm is missing, or npm could not install what it needs.
    """
    program, npm = _program("node"), _program("npm")
    folder = _installed(npm)
    process = subprocess.Popen(  # noqa: S603  # node, and a script of ours
        [program, "servidor.mjs"], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(_STOP_S)


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise NoNode(f"{name} is not installed")
    return path


def _installed(npm: str) -> Path:
    """The folder where it can be run: outside of the project, and made anew when what is in it changes."""
    files = {path.name: path.read_bytes() for path in sorted(_SOURCE.iterdir()) if path.is_file()}
    version = hashlib.sha256(repr(files).encode()).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "balcao" / f"bench-js-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    install = [npm, "install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]
    try:
        done = subprocess.run(  # noqa: S603  # npm, and arguments of ours
            install, cwd=folder, capture_output=True, text=True, timeout=_INSTALL_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise NoNode(f"npm took longer than {_INSTALL_S} s to install socket.io") from None
    if done.returncode:
        raise NoNode(f"npm could not install socket.io: {done.stderr.strip().splitlines()[-1:]}")
    return folder
