"""The secrets of canais: whether each of them opens. None is shown."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct, field

from balcao.ajustes.campos import Ajustes
from balcao.erros import ErroDeUso
from balcao.exames import Exame, falha
from balcao.servidor.cofre import cofre_que_ha, de_onde
from engine.modelo import CanalSegredosRow
from storage.cofre import Cofre
from storage.diagnostico import Diagnostico
from storage.erros import FaltaChave, SegredoNaoAbre
from storage.segredos import aberta, frase_da_falta, so_sob

_NOME: Final = "segredos"


class Contagem(Struct):
    """What was found. ``estragado``: the first that its own key does not open."""

    todos: int = 0
    de_antes: int = 0
    estragados: int = 0
    estragado: str = ""
    faltam: set[str] = field(default_factory=set)


async def examinar(ajustes: Ajustes, banco: Diagnostico) -> Exame:
    """Open every one of them, with the keys that the settings name."""
    try:
        cofre = cofre_que_ha(ajustes)
    except ErroDeUso as erro:
        return falha(_NOME, erro)
    contagem = Contagem()
    async for row in banco.segredos():
        _contar(contagem, row, cofre)
    return _exame(contagem, cofre, de_onde(ajustes))


def _contar(contagem: Contagem, row: CanalSegredosRow, cofre: Cofre) -> None:
    contagem.todos += 1
    try:
        aberta(cofre, row)
    except SegredoNaoAbre as erro:
        if erro.chave:
            contagem.faltam.add(erro.chave)
        else:
            contagem.estragados += 1
            contagem.estragado = contagem.estragado or f"o canal {row.canal_id} da empresa {row.empresa_id}"
        return
    if not cofre.ids or re.search(so_sob(cofre.ids[0]), row.segredos) is None:
        contagem.de_antes += 1


def _exame(contagem: Contagem, cofre: Cofre, onde: str) -> Exame:
    if contagem.faltam:
        return falha(_NOME, FaltaChave("falta_chave", frase_da_falta(sorted(contagem.faltam), cofre)))
    if contagem.estragados:
        return Exame(
            _NOME,
            f"{contagem.estragados} de {contagem.todos} não abrem com a sua chave, como {contagem.estragado}: foram "
            "mudados ou trocados por fora",
            "restaure a linha de uma cópia do banco; ou apague-a, e mande os segredos do canal de novo",
        )
    chave = f"a chave {cofre.ids[0]}, de {onde}" if cofre.ids else "a chave, que nasce com balcao run"
    if contagem.de_antes:
        return Exame(
            _NOME,
            f"{contagem.de_antes} de {contagem.todos} ainda em claro, ou cifrados com outra chave: ao iniciar, o "
            f"servidor os cifra com {chave}",
            aviso=True,
        )
    return Exame(
        _NOME, f"canais: {contagem.todos}; todos abrem com {chave}" if contagem.todos else f"nenhum ainda; {chave}"
    )
