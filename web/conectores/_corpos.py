"""What a webhook is told of an event, read when the delivery is handed out.

So the outbox has the names of events and not their contents: what was deleted meanwhile is not told, and a file's
address is one that is good now.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from engine.conector.trabalhos import EntregaDeEvento, Trabalho
from engine.envios import entregas
from engine.errors import Unavailable
from engine.modelo import EventoRow
from engine.ports import Reader
from engine.vistas import Endereco, com_enderecos_atuais

LER_DE_NOVO_S: Final = 1.0


class CorposDeEventos:
    """``endereco`` is that of a file now."""

    def __init__(self, leitor: Reader, endereco: Endereco) -> None:
        self._leitor = leitor
        self._endereco = endereco

    async def preparar(self, empresa_id: str, trabalhos: list[Trabalho]) -> list[Trabalho]:
        """These jobs, with what they tell; one whose event is not in the log any more tells nothing."""
        seqs = {um.entrega.seq for um in trabalhos if um.entrega is not None and um.entrega.seq is not None}
        eventos = await self._ler(empresa_id, seqs) if seqs else {}
        return [self._com_corpo(empresa_id, um, um.entrega, eventos) if um.entrega else um for um in trabalhos]

    async def _ler(self, empresa_id: str, seqs: set[int]) -> Mapping[int, EventoRow]:
        """The jobs are in somebody's hands already: if that takes too long, they come back by themselves."""
        while True:
            try:
                return await self._leitor.eventos_de(empresa_id, seqs)
            except Unavailable as erro:
                await asyncio.sleep(max(erro.retry_after, LER_DE_NOVO_S))

    def _com_corpo(
        self, empresa_id: str, trabalho: Trabalho, entrega: EntregaDeEvento, eventos: Mapping[int, EventoRow]
    ) -> Trabalho:
        if entrega.seq is None:
            corpo = entregas.corpo_do_teste(empresa_id, trabalho.canal_id, entrega)
        elif (evento := eventos.get(entrega.seq)) is not None:
            dados = com_enderecos_atuais(evento.dados, empresa_id, self._endereco)
            corpo = entregas.corpo_de(replace(evento, dados=dados))
        else:
            return trabalho
        return replace(trabalho, entrega=replace(entrega, corpo=corpo))
