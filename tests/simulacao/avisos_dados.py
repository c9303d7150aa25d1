"""Who was told of what: of each thing once, nobody who is gone, and what waits comes out in its time, once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Final

from actors.diretorio.empresa_viva import EmpresaViva
from engine.modelo import AvisoRetidoRow, EnvioRow, EventoRow, NotificacaoRow
from tests.simulacao.invariantes import em_ordem
from tests.simulacao.loja import LojaEmMemoria

DE_UMA_PESSOA: Final = "aviso:"
"""So begins the lane of what is sent to somebody of the empresa."""
FOLGA: Final = 120_000
"""By so much (ms) what waits may be late, where whoever tells it crashes."""
_TAMBEM_ESCALADOS: Final = {"sla_alerta", "sla_violado"}
"""Of these somebody may be told by a rule, and by the policy."""


class AvisosDados:
    """Of one empresa. ``ditos`` counts what people found in their lists."""

    def __init__(self, loja: LojaEmMemoria, empresa_id: str, *, sem_falhas: bool) -> None:
        self._loja = loja
        self._empresa_id = empresa_id
        self._folga = 0 if sem_falhas else FOLGA
        self._sairam: dict[str, int] = {}
        self._desta_causa: Counter[tuple[str, str, str | None]] = Counter()
        self._retidos: dict[str, int] = {}
        self._soltos: set[str] = set()
        self.ditos = 0

    def seguir(self, eventos: Iterable[EventoRow]) -> None:
        for evento in eventos:
            if evento.tipo == "notificacao":
                self._dito(evento)
                continue
            self._desta_causa.clear()
            if evento.tipo == "atendente_excluido":
                self._sairam[evento.atendente_id or ""] = evento.em
            elif evento.tipo == "atendente_criado":  # it may be back
                self._sairam.pop(evento.atendente_id or "", None)

    def _dito(self, evento: EventoRow) -> None:
        """It follows what it tells of, in the turn of that."""
        pessoa, dados = evento.atendente_id or "", json.loads(evento.dados)
        self.ditos += 1
        assert pessoa not in self._sairam, f"{pessoa} is told of {dados['aviso']}, and is gone"
        if dados["aviso"] not in _TAMBEM_ESCALADOS:
            qual = (pessoa, dados["aviso"], dados["ticketId"])
            self._desta_causa[qual] += 1
            assert self._desta_causa[qual] == 1, f"{pessoa} is told twice of {dados}"

    def conferir(self, viva: EmpresaViva) -> None:
        """All is durable, and nothing moves."""
        retidos = {row.id: row for row in self._loja.de(AvisoRetidoRow, self._empresa_id)}
        assert not retidos.keys() & self._soltos, "what was told waits again"
        self._soltos |= self._retidos.keys() - retidos.keys()
        self._retidos = {id_: row.em for id_, row in retidos.items()}
        if em_ordem(viva.diretorio.empresa):
            cedo = viva.dispatcher.now() - self._folga
            assert all(row.em > cedo for row in retidos.values()), "13: what waits for somebody is not told"
        self._conferir_quem_saiu()

    def _conferir_quem_saiu(self) -> None:
        retidos, listados = (
            self._loja.de(AvisoRetidoRow, self._empresa_id),
            self._loja.de(NotificacaoRow, self._empresa_id),
        )
        donos = {row.usuario_id for row in retidos} | {row.usuario_id for row in listados}
        assert donos.isdisjoint(self._sairam), "something is kept for who is gone"
        for envio in self._loja.de(EnvioRow, self._empresa_id) if self._sairam else ():
            if envio.raia.startswith(DE_UMA_PESSOA):
                saiu_em = self._sairam.get(envio.raia.removeprefix(DE_UMA_PESSOA).partition("#")[0])
                assert saiu_em is None or envio.criado_em <= saiu_em, f"{envio.id} goes to somebody who is gone"
