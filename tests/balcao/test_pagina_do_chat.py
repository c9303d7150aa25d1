"""What docs/webchat.md shows goes on in the README's shell, block by block."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.balcao.test_leia_me import RAIZ, SHELLS, Terminal, blocos, pasta
from tests.servidor import SEGREDO, Servidor

__all__ = ["pasta"]

ERROS = ("not found", "parse error", "syntax error", "statusCode", "Traceback", "no matches")


def do_leia_me() -> list[str]:
    """What the page says that it needs: the names, and Maria online."""
    todos = blocos("README.md")
    comeco = next(n for n, bloco in enumerate(todos) if bloco.startswith("B="))
    return todos[comeco : comeco + 2]


@pytest.mark.parametrize("shell", SHELLS)
def test_every_block_can_be_pasted_in_order(shell: str, pasta: Path, servidor: Servidor) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed: the blocks were not pasted into it")
    ambiente = {
        "PATH": f"{pasta / '.venv' / 'bin'}:{os.environ['PATH']}", "HOME": str(pasta), "PYTHONPATH": str(RAIZ),
        "JWT_SECRET": SEGREDO, "LANG": "C.UTF-8", "TERM": "dumb",
    }  # fmt: skip
    terminal = Terminal(SHELLS[shell], pasta, ambiente)
    try:
        mostrados = [
            terminal.colar(bloco.replace("127.0.0.1:3001", f"127.0.0.1:{servidor.porta}"))
            for bloco in (*do_leia_me(), *blocos("docs/webchat.md"))
        ]
    finally:
        terminal.fechar()
    tudo = "".join(mostrados)
    assert not [erro for erro in ERROS if erro in tudo], tudo
    for esperado in (
        '"ok":true',
        '"texto":"Bom dia! Mande uma foto, por favor."',
        '"nome":"Maria"',
        '"nome":"lista.txt"',
    ):
        assert esperado in tudo, tudo
    quadro = (pasta / "site" / "index.html").read_text(encoding="utf-8")
    assert re.search(rf'<iframe src="http://127\.0\.0\.1:{servidor.porta}/chat/[0-9a-f-]{{36}}" title="Chat"', quadro)
