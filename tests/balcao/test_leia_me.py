"""Every block of the READMEs, pasted into a terminal as a stranger does: into bash and zsh, both interactive."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from time import monotonic

import pytest

from tests.servidor import SEGREDO, Servidor

RAIZ = Path(__file__).parents[2]
SHELLS = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}
FIM = "fim-do-bloco"
PRAZO_S = 60


def blocos(nome: str) -> list[str]:
    texto = (RAIZ / nome).read_text(encoding="utf-8")
    achados = re.findall(r"^ *```(?:sh|bash|console)\n(.*?)^ *```", texto, re.MULTILINE | re.DOTALL)
    return [dedent(bloco) for bloco in achados]


class Terminal:
    """An interactive shell on a terminal of its own."""

    def __init__(self, comando: list[str], pasta: Path, ambiente: dict[str, str]) -> None:
        self._nosso, deles = pty.openpty()
        self._processo = subprocess.Popen(
            comando, stdin=deles, stdout=deles, stderr=deles, cwd=pasta, env=ambiente, start_new_session=True
        )
        os.close(deles)
        self._vezes = 0

    def colar(self, texto: str) -> str:
        """What the terminal shows until all of it was done."""
        self._vezes += 1
        marca = f"{FIM}-{self._vezes}-"
        os.write(self._nosso, f"{texto}\necho {marca}$?\n".encode())
        mostrado = b""
        limite = monotonic() + PRAZO_S
        while not (achado := re.search(rf"^{marca}(\d+)".encode(), mostrado, re.MULTILINE)):
            assert monotonic() < limite, mostrado.decode(errors="replace")
            if select.select([self._nosso], [], [], 1)[0]:
                mostrado += os.read(self._nosso, 65_536).replace(b"\r", b"")
        assert achado[1] == b"0", mostrado.decode(errors="replace")
        return mostrado.decode(errors="replace")

    def fechar(self) -> None:
        self._processo.kill()
        self._processo.wait()
        os.close(self._nosso)


@pytest.fixture
def pasta(tmp_path: Path, servidor: Servidor) -> Path:
    """A folder with what the blocks call: ``balcao`` as installed, and a ``make`` that only says what it was asked."""
    programas = tmp_path / ".venv" / "bin"
    programas.mkdir(parents=True)
    for nome, linha in (("balcao", f'exec {sys.executable} -m balcao "$@"'), ("make", 'echo "make $@"')):
        (programas / nome).write_text(f"#!/bin/sh\n{linha}\n")
        (programas / nome).chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("nome", ["README.md", "README.pt-BR.md"])
@pytest.mark.parametrize("shell", SHELLS)
def test_every_block_can_be_pasted(shell: str, nome: str, pasta: Path, servidor: Servidor) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed: the blocks were not pasted into it")
    ambiente = {
        "PATH": f"{pasta / '.venv' / 'bin'}:{os.environ['PATH']}", "HOME": str(pasta), "PYTHONPATH": str(RAIZ),
        "JWT_SECRET": SEGREDO, "LANG": "C.UTF-8", "TERM": "dumb",
    }  # fmt: skip
    terminal = Terminal(SHELLS[shell], pasta, ambiente)
    try:
        mostrados = [
            terminal.colar(bloco.replace("127.0.0.1:3001", f"127.0.0.1:{servidor.porta}")) for bloco in blocos(nome)
        ]
    finally:
        terminal.fechar()
    assert len(mostrados) >= 6
    tudo = "".join(mostrados)
    for queixa in (
        "not found",
        "event not found",
        "parse error",
        "syntax error",
        "statusCode",
        "Traceback",
        "no matches",
    ):
        assert queixa not in tudo, tudo
    for esperado in (
        '"status":"ABERTO"',
        '"status":"EM_ANDAMENTO"',
        '"status":"RESOLVIDO"',
        "Bom dia! Como posso ajudar?",
    ):
        assert esperado in tudo, tudo


@pytest.mark.parametrize("nome", ["README.md", "README.pt-BR.md"])
def test_no_block_shows_a_prompt_or_a_comment_that_a_shell_would_run(nome: str) -> None:
    for bloco in blocos(nome):
        assert not [linha for linha in bloco.splitlines() if linha.startswith(("$ ", "#", "> "))]
