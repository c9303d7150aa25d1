"""What tells the data of a server from those of any other: the folder itself and the database itself.

A copied folder is another folder, a moved one is the same, and so is one that a container sees under another name. What
is told is a hash: it says nothing of where they are.
"""

from __future__ import annotations

import hashlib
from pathlib import Path


def marca(dados: Path, banco: str) -> str:
    """The two hashes, with a dot between; that of a database that does not say which it is is empty.

    Args:
        dados: the data folder, which is there.
        banco: what the database says of itself.
    """
    estado = dados.stat()
    return f"{_resumo(f'{estado.st_dev}:{estado.st_ino}')}.{_resumo(banco)}"


def _resumo(texto: str) -> str:
    return hashlib.sha256(texto.encode()).hexdigest()[:16] if texto else ""
