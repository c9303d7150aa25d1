"""The host of connectors is a process of its own, which must have nothing of the server's."""

from __future__ import annotations

from pathlib import Path

import trio

from tests.servidor import NovoServidor
from tests.sistema.cliente import ate
from tests.sistema.processos import conectores

_ESCUTA = "0A"


async def test_it_does_not_keep_the_port_of_a_server_that_was_killed(novo_servidor: NovoServidor) -> None:
    servidor = await trio.to_thread.run_sync(novo_servidor, {"CONECTORES": "true"})

    async def ha() -> bool:
        return bool(conectores(servidor.pid))

    await ate(ha, 30.0)
    (filho,) = conectores(servidor.pid)
    assert porta_aberta(servidor.porta) in soquetes(servidor.pid)
    assert porta_aberta(servidor.porta) not in soquetes(filho)


def porta_aberta(porta: int) -> str:
    """The socket that listens there, as proc_pid_fd(5) names it."""
    linhas = [linha.split() for linha in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    (inode,) = [campos[9] for campos in linhas if campos[1].endswith(f":{porta:04X}") and campos[3] == _ESCUTA]
    return f"socket:[{inode}]"


def soquetes(pid: int) -> set[str]:
    return {str(um.readlink()) for um in Path(f"/proc/{pid}/fd").iterdir()}
