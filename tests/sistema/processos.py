"""The processes that a server has started."""

from __future__ import annotations

from pathlib import Path


def conectores(servidor: int) -> list[int]:
    """The host of connectors of the server of this pid; it starts a moment after it."""
    filhos = Path(f"/proc/{servidor}/task/{servidor}/children").read_text().split()
    return [int(pid) for pid in filhos if b"connectors" in Path(f"/proc/{pid}/cmdline").read_bytes()]
