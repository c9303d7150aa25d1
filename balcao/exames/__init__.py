"""What ``balcao doctor`` examines. Nothing here makes, changes or starts anything.

- ``maquina``: the interpreter (``interpretador``), the data folder, the disks, the descriptors, where files are kept.
- ``servidor``: who answers at the address of the settings, and whether it is the server of these data.
- ``ao_vivo``: the invariants, in the server that is running.
- ``banco``: the database, its clock, its schema, and the rules that hold in it.
- ``segredos``: whether those of canais open.
"""

from __future__ import annotations

from msgspec import Struct

from balcao.erros import ErroDeUso
from engine.errors import BalcaoError


class Exame(Struct, frozen=True):
    """One line of the report. ``remedio`` is None when all is well; ``aviso``: it is, but somebody should look."""

    nome: str
    texto: str
    remedio: str | None = None
    aviso: bool = False


def falha(nome: str, erro: BalcaoError | ErroDeUso) -> Exame:
    """An error as a line. Those of the storage end in their remedy, after a semicolon or a dash."""
    if isinstance(erro, ErroDeUso):
        return Exame(nome, erro.problema, erro.remedio)
    texto = str(erro)
    for separador in (" — ", "; "):
        problema, achado, remedio = texto.rpartition(separador)
        if achado:
            return Exame(nome, problema, remedio)
    return Exame(nome, texto, "veja o log do PostgreSQL")
