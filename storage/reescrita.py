"""After an update: what was written by the rules of before is written anew, in the background.

The words by which tickets and contacts are found, and the keys of addresses, are made by rules (``engine/busca.py``,
``engine/contatos.py``) that no SQL of a migration can repeat. So a migration only notes what there was
(``atendimento_reescritas``), and this goes through it a little at a time, in the order of its keys, while the server
serves. Until it has passed, a row is found as it was before. It can be repeated, and begins where it stopped.

Nobody's fence is needed: words are written only where the texts are still those they were made of, and a key only where
there is none.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from msgspec import Struct

from engine.busca import DE_CONTATO, termos
from engine.contatos import chave_de_email, chaves
from engine.ports import StoreError
from engine.telefones import relido
from storage.carga import ler_etiquetas
from storage.conexao import Conexao
from storage.consultas import sql

log = logging.getLogger(__name__)

_PROXIMA: Final = sql("reescrita_proxima")
_CONTATOS: Final = sql("reescrita_contatos")
_REESCREVER_CONTATOS: Final = sql("reescrever_contatos")
_CHAVES_AUSENTES: Final = sql("reescrita_chaves_ausentes")
_REESCREVER_CHAVE: Final = sql("reescrever_chave")
_TICKETS: Final = sql("reescrita_tickets")
_REESCREVER_TICKETS: Final = sql("reescrever_tickets")
_ATE: Final = sql("reescrita_ate")
_FEITA: Final = sql("reescrita_feita")
_LARGAR_CHAVE: Final = sql("reescrita_largar_chave")
_DE_CADA_VEZ: Final = 200
_PAUSA_S: Final = 0.05
"""Between two steps: whoever serves comes first."""
_ESPERA_S: Final = 60.0
"""Before what has failed is tried again."""


class Enderecado(Struct, frozen=True):
    """What a contact is found by; ``etiquetas`` as a JSON list."""

    id: str
    nome: str
    telefone: str | None
    email: str | None
    etiquetas: str | None


async def rodar(reescrever: Callable[[int], Awaitable[bool]]) -> None:
    """Call ``reescrever`` (:meth:`storage.store.PostgresStore.reescrever`) until nothing is left to do."""
    while True:
        try:
            if not await reescrever(_DE_CADA_VEZ):
                return
        except StoreError as erro:
            log.warning("writing anew by the rules of this version waits: %s", erro)
            await asyncio.sleep(_ESPERA_S)
        await asyncio.sleep(_PAUSA_S)


async def passo(con: Conexao, limite: int) -> bool:
    """Write the next rows anew, at most ``limite``. False if there was nothing left to do."""
    proxima = await con.fetchrow(_PROXIMA)
    if proxima is None:
        return False
    empresa_id, o_que, ate, pais = proxima
    reescrever = _contatos if o_que == "contatos" else _tickets
    ids = await reescrever(con, empresa_id, pais, ate, limite)
    if len(ids) < limite:
        await con.execute(_FEITA, empresa_id, o_que)
        log.info("written anew by the rules of this version: %s of empresa %s", o_que, empresa_id)
    else:
        await con.execute(_ATE, empresa_id, o_que, ids[-1])
    return True


async def _contatos(con: Conexao, empresa_id: str, pais: str, ate: str, limite: int) -> Sequence[str]:
    contatos = [Enderecado(*linha) for linha in await con.fetch(_CONTATOS, empresa_id, ate, limite)]
    await _chaves(con, empresa_id, pais, contatos)
    novos = [
        termos(
            empresa_id,
            um.nome,
            telefone=_lido(um.telefone, pais),
            email=um.email,
            etiquetas=ler_etiquetas(um.etiquetas),
            sinal=DE_CONTATO,
        )
        for um in contatos
    ]
    colunas = [[getattr(um, campo) for um in contatos] for campo in Enderecado.__struct_fields__]
    await con.execute(_REESCREVER_CONTATOS, empresa_id, *colunas, novos)
    return [um.id for um in contatos]


async def _chaves(con: Conexao, empresa_id: str, pais: str, contatos: Sequence[Enderecado]) -> None:
    """Each contact is found by its addresses as they are read now. One statement for each that is missing: no two keys
    are held at once, so nobody who writes several is ever waited for in a circle.
    """
    devidas = {chave: um for um in contatos for chave in chaves(_lido(um.telefone, pais), um.email)}
    for (chave,) in await con.fetch(_CHAVES_AUSENTES, empresa_id, list(devidas)):
        um = devidas[chave]
        await con.execute(_REESCREVER_CHAVE, empresa_id, um.id, chave, um.telefone, um.email)
    for um in contatos:
        if um.email is not None and (antiga := f"email:{um.email.casefold()}") != chave_de_email(um.email):
            await con.execute(_LARGAR_CHAVE, empresa_id, um.id, antiga)


async def _tickets(con: Conexao, empresa_id: str, pais: str, ate: str, limite: int) -> Sequence[str]:
    tickets = await con.fetch(_TICKETS, empresa_id, ate, limite)
    colunas = [[ticket[n] for ticket in tickets] for n in (0, 2, 3, 4, 5, 6)]
    novos = [
        termos(
            empresa_id,
            nome,
            assunto,
            telefone=_lido(telefone, pais),
            email=email,
            numero=numero,
            etiquetas=ler_etiquetas(etiquetas),
        )
        for _, numero, nome, assunto, telefone, email, etiquetas in tickets
    ]
    await con.execute(_REESCREVER_TICKETS, empresa_id, *colunas, novos)
    return colunas[0]


def _lido(telefone: str | None, pais: str) -> str | None:
    return None if telefone is None else relido(telefone, pais)
