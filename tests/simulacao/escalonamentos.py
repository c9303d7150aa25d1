"""What a policy has done when something is told: once, right after it, in the turn that tells it."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

from engine.modelo import EventoRow
from engine.sla.modelo import Escalonamento
from tests.simulacao.promessas import Vale, Visto
from tests.simulacao.quem_promete import QuemPromete

MOTIVO: Final = "escalonado pela política de SLA"
_DO_MENOR: Final = ("BAIXA", "NORMAL", "ALTA", "URGENTE")


class Ato(Struct, frozen=True):
    """Something that is to be done: ``que`` is the field of an escalation."""

    que: str
    para: str


class Escalonamentos:
    """Follows one empresa: of the ticket ``ticket_id`` something was told last, and something is to be done. ``feitos``
    counts what was; ``ganchos`` are the webhooks that are told of it, by ``seq``.
    """

    def __init__(self, quem_promete: QuemPromete) -> None:
        self._quem_promete = quem_promete
        self.ticket_id = ""
        self._em = 0
        self._atos: deque[Ato] = deque()
        self._ditos: set[tuple[object, ...]] = set()
        self.ganchos: dict[int, list[str]] = {}
        self.feitos = 0

    def dito(self, evento: EventoRow, vale: Vale, chave: tuple[object, ...]) -> None:
        """``chave`` is which target of which ticket was told, and of what."""
        assert chave not in self._ditos, f"told twice: {chave}"
        self._ditos.add(chave)
        self.ticket_id, self._em = evento.ticket_id or "", evento.em
        dados = json.loads(evento.dados)
        destes = [um for um in vale.politica.escalonamentos if _e_deste(um, dados["alvo"], dados.get("porcento"))]
        self._atos.extend(ato for um in destes for ato in _atos(um))
        self.ganchos[evento.seq] = [um.webhook for um in destes if um.webhook is not None]

    def esquecer(self, ticket_id: str, alvo: str) -> None:
        """It is promised no more; if it ever is again, it is another promise."""
        self._ditos = {dito for dito in self._ditos if dito[:2] != (ticket_id, alvo)}

    def seguir(self, evento: EventoRow, visto: Visto | None) -> None:
        """This event comes next. ``visto``: the ticket of ``ticket_id`` before it."""
        feito, deste = _feito(evento), (evento.ticket_id, evento.em) == (self.ticket_id, self._em)
        if deste and evento.tipo in {"sla_alerta", "sla_violado", "oferta_expirada"}:
            return
        while self._atos:
            ato = self._atos.popleft()
            deve = False if visto is None else self._deve(ato, visto)
            if deste and deve is not False and feito == ato:
                self.feitos += 1
                return
            assert deve is not True, f"{self.ticket_id}: {ato} was not done, but {evento.tipo}"
        assert feito is None or feito.que == "devolver", f"{evento.ticket_id}: {feito}, which nothing has asked for"

    def acabou(self, visto: Visto | None) -> None:
        """Nothing comes next."""
        while self._atos:
            ato = self._atos.popleft()
            assert visto is None or self._deve(ato, visto) is not True, f"{self.ticket_id}: {ato} was not done"

    def _deve(self, ato: Ato, visto: Visto) -> bool | None:
        """Whether it is to be done as the ticket is; None: that goes by what is not told."""
        if not visto.aberto:
            return False
        if ato.que == "prioridade":
            return _DO_MENOR.index(ato.para) > _DO_MENOR.index(visto.prioridade)
        if ato.que == "fila":
            return visto.fila_id != ato.para and ato.para in self._quem_promete.filas
        return None if ato.que == "atendente" or visto.status == "EM_ANDAMENTO" else False


def _e_deste(um: Escalonamento, alvo: str, porcento: int | None) -> bool:
    if um.em != ("violado" if porcento is None else "alerta"):
        return False
    return um.alvo in {None, alvo} and um.porcento in {None, porcento}


def _atos(um: Escalonamento) -> Iterator[Ato]:
    """In the order in which they are done."""
    if um.elevar_prioridade is not None:
        yield Ato("prioridade", um.elevar_prioridade)
    if um.fila is not None:
        yield Ato("fila", um.fila)
    if um.devolver:
        yield Ato("devolver", "")
    if um.atendente is not None:
        yield Ato("atendente", um.atendente)


def _feito(evento: EventoRow) -> Ato | None:
    """What an event tells that nothing but an escalation does; or a return to the line, which others do too."""
    if evento.ator_papel != "sistema" or evento.ticket_id is None:
        return None
    dados: dict[str, Any] = json.loads(evento.dados)
    mudancas: dict[str, Any] = json.loads(evento.mudancas or "{}")
    if evento.tipo == "ticket_transferido" and dados["motivo"] == MOTIVO:
        quem = dados["atendenteId"]
        return Ato("fila", dados["filaId"]) if quem is None else Ato("atendente", quem)
    if evento.tipo == "ticket_atualizado" and "prioridade" in mudancas:
        return Ato("prioridade", mudancas["prioridade"][1])
    volta = evento.tipo == "ticket_atualizado" and mudancas.get("status") == ["EM_ANDAMENTO", "ABERTO"]
    return Ato("devolver", "") if volta else None
