"""What was kept apart is offered again when a canal is made or changed: it may have the number, or the secret, that was
missing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, Final, Protocol

import msgspec

from actors.canal.comandos import VerConexao
from actors.no.no import No
from engine.conector.assinaturas import ASSINATURA_DO_WHATSAPP
from engine.conector.limpeza import texto_de
from engine.conector.webhooks_whatsapp import Alvo, Apartado, ler_envelope
from engine.errors import BalcaoError, Forbidden, NotFound
from engine.modelo import CanalRow, Quem
from engine.tarefas import Tarefas
from web.pedido.tempo_de_resposta import TempoDeResposta
from web.webhooks._entrega import Entrega, Recado
from web.webhooks._lugares import Lugar

log = logging.getLogger(__name__)

DE_UM_CANAL: Final = 1_000
"""Webhooks that are offered to one canal at a time: as many as are kept."""
_ler_objeto: Final = msgspec.json.Decoder(dict[str, Any]).decode


class Apartados(Protocol):
    """What is kept apart. All raise StoreAway."""

    async def de(self, alvos: Iterable[str], limite: int) -> list[int]: ...
    async def ler(self, id_: int) -> Apartado | None: ...
    async def tomado(self, id_: int, alvos: Iterable[str]) -> None: ...
    async def explicar(self, id_: int, motivo: str) -> None: ...


class Repescagem:
    """One canal after the other, however often they change."""

    def __init__(self, no: No, apartados: Apartados, tempo: TempoDeResposta, tarefas: Tarefas) -> None:
        self._no = no
        self._apartados = apartados
        self._tempo = tempo
        self._tarefas = tarefas
        self._pendentes: dict[Lugar, None] = {}
        self._em_curso = False
        self._parado = False

    def encerrar(self) -> None:
        """Nothing is begun any more."""
        self._parado = True

    def oferecer(self, lugar: Lugar) -> None:
        """Offer this canal what is kept apart and may be its own; soon."""
        self._pendentes[lugar] = None
        if not self._em_curso and not self._parado:
            self._em_curso = True
            self._tarefas.lancar("apartados", self._rodar())

    async def _rodar(self) -> None:
        try:
            while self._pendentes:
                lugar = next(iter(self._pendentes))
                del self._pendentes[lugar]
                await self._ao_canal(lugar)
        finally:
            self._em_curso = False

    async def _ao_canal(self, lugar: Lugar) -> None:
        empresa_id, canal_id = lugar
        try:
            conexao = await self._no.pedir(VerConexao(quem=Quem(empresa_id, None, "conector"), canal_id=canal_id))
            for id_ in await self._apartados.de(_alvos_de(conexao.row), DE_UM_CANAL):
                await self._um(id_, lugar)
        except NotFound:  # it was deleted
            return
        except BalcaoError as erro:
            log.warning("webhooks that are kept apart were not offered to canal %s: %s", canal_id, erro)

    async def _um(self, id_: int, lugar: Lugar) -> None:
        apartado = await self._apartados.ler(id_)
        if apartado is None:
            return
        envelope = ler_envelope(apartado.corpo)
        recado = Recado(apartado.corpo, {ASSINATURA_DO_WHATSAPP: apartado.assinatura or ""}, "", envelope)
        seus = [alvo for alvo in envelope.alvos if alvo.escrito in apartado.alvos]
        entrega = Entrega(self._no, self._tempo, recado, seus)
        await entrega.oferecer([lugar])
        tomados = set(seus) - set(entrega.sobras)
        if tomados:
            await self._apartados.tomado(id_, [alvo.escrito for alvo in tomados])
            log.info("a webhook that was kept apart is of canal %s now", lugar[1])
        elif isinstance(entrega.recusa, Forbidden):
            await self._apartados.explicar(id_, f"o appSecret do canal {lugar[1]} não confirma a assinatura")


def _alvos_de(row: CanalRow) -> list[str]:
    if row.tipo != "whatsapp":
        return []
    config = _ler_objeto(row.config)
    numero, conta = texto_de(config, "phoneNumberId"), texto_de(config, "wabaId")
    alvos = [Alvo("numero", numero) if numero else None, Alvo("conta", conta) if conta else None]
    return [alvo.escrito for alvo in alvos if alvo is not None]
