"""Contacts that are silent, and what is put off, followed by the log alone.

A contact that owes an answer is warned once at most, not before its time, and let go only after it has had its time
since the warning left; whoever writes meanwhile is not. What is put off comes back once, and never early.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from msgspec import Struct

from actors.diretorio.empresa_viva import EmpresaViva
from engine.calendario.agenda import SEMPRE, Agenda
from engine.documentos.especies import CALENDARIO, FERIADO, REGRA_DE_SILENCIO
from engine.envios.cargas import TRABALHOS
from engine.modelo import EventoRow, TicketRow
from engine.silencio.modelo import RegraDeSilencio
from engine.tempo import ms_de
from tests.simulacao.invariantes import em_ordem
from tests.simulacao.loja import LojaEmMemoria
from tests.simulacao.quem_promete import MUDAM, QuemPromete

UM_DIA: Final = 86_400_000
_EM_MAOS: Final = {"EM_ANDAMENTO", "PENDENTE"}
_AVISOU: Final = {"contato_avisado", "contato_sem_aviso"}


class Calado(Struct):
    """A contact owes an answer since ``desde``; ``trechos`` are the times in which somebody had its ticket in hand.
    ``avisado_em``: it was warned; by ``aviso``, a message, which left at ``saiu_em``. ``as_mesmas``: the hours that
    count are the same all along. ``esquecido``: there was no rule meanwhile, so nothing may come of it any more.
    """

    desde: int
    trechos: list[tuple[int, int]] = []
    avisado_em: int | None = None
    aviso: str | None = None
    saiu_em: int | None = None
    as_mesmas: bool = True
    esquecido: bool = False


class Conversa(Struct):
    """A ticket, as far as it matters here. ``corre_desde``: somebody has it in hand since then.
    ``escreveu``: its contact has written while it was put off.
    """

    status: str
    fila_id: str
    canal_id: str | None
    adiado_ate: int | None = None
    corre_desde: int | None = None
    escreveu: bool = False
    calado: Calado | None = None
    do_sistema: tuple[str, bool] | None = None
    """The last message of the system, and whether it is on its way."""


class Silencios:
    """Of one empresa. ``avisados``, ``encerrados`` and ``lembrados`` count what came of it."""

    def __init__(self, loja: LojaEmMemoria, empresa_id: str) -> None:
        self._loja = loja
        self._empresa_id = empresa_id
        self._promete = QuemPromete()
        self._conversas: dict[str, Conversa] = {}
        self.avisados = self.encerrados = self.lembrados = 0

    # -- the log -----------------------------------------------------------------------------------------------------

    def seguir(self, eventos: Iterable[EventoRow]) -> None:
        for evento in eventos:
            self._promete.seguir(evento)
            if evento.tipo in MUDAM:
                self._mudou_o_que_conta(evento)
            if evento.ticket_id is not None:
                self._seguir_ticket(evento, json.loads(evento.dados), json.loads(evento.mudancas or "{}"))

    def _mudou_o_que_conta(self, evento: EventoRow) -> None:
        de_documento = evento.tipo == "configuracao_atualizada"
        tipo = json.loads(evento.dados)["tipoDoDocumento"] if de_documento else CALENDARIO.tipo
        for conversa in self._conversas.values():
            if conversa.calado is not None and tipo in {CALENDARIO.tipo, FERIADO.tipo}:
                conversa.calado.as_mesmas = False
            if conversa.calado is not None and not self._do_contato():
                conversa.calado.esquecido = True

    def _do_contato(self) -> bool:
        regras = self._promete.documentos.de(REGRA_DE_SILENCIO).values()
        return any(um.ativa and um.do_contato for um in regras)

    def _seguir_ticket(self, evento: EventoRow, dados: dict[str, Any], mudancas: dict[str, list[Any]]) -> None:
        id_ = evento.ticket_id or ""
        if evento.tipo == "ticket_criado":
            ticket = dados["ticket"]
            self._conversas[id_] = Conversa(ticket["status"], ticket["filaId"], ticket["canalId"])
        conversa = self._conversas.get(id_)
        if conversa is None:
            return
        desfecho = mudancas.get("silencio", [None, None])[1]
        if desfecho in _AVISOU:
            self._avisou(id_, conversa, evento, mudancas, chega=desfecho == "contato_avisado")
        elif desfecho == "contato_encerrado":
            self._encerrou(id_, conversa, evento, mudancas)
        if evento.tipo == "ticket_lembrete":
            self._lembrou(id_, conversa, evento, dados)
        self._mudar(id_, conversa, evento, mudancas)
        if evento.tipo == "nova_mensagem":
            self._mensagem(conversa, evento, dados)
        elif evento.tipo == "mensagem_status":
            _status(conversa, evento, dados)
        if evento.tipo == "ticket_excluido":
            del self._conversas[id_]

    def _mudar(self, id_: str, conversa: Conversa, evento: EventoRow, mudancas: dict[str, list[Any]]) -> None:
        """What it is doing. What is put off is PENDENTE."""
        if "filaId" in mudancas and conversa.calado is not None:
            conversa.calado.as_mesmas = False
        conversa.status = mudancas.get("status", [None, conversa.status])[1]
        conversa.fila_id = mudancas.get("filaId", [None, conversa.fila_id])[1]
        conversa.canal_id = mudancas.get("canalId", [None, conversa.canal_id])[1]
        if "adiadoAte" in mudancas:
            ate = mudancas["adiadoAte"][1]
            conversa.adiado_ate = None if ate is None else ms_de(ate)
        conversa.escreveu = conversa.escreveu and conversa.adiado_ate is not None
        assert conversa.adiado_ate is None or conversa.status == "PENDENTE", f"{id_} is put off, and {conversa.status}"
        corre = conversa.status in _EM_MAOS and conversa.adiado_ate is None
        if corre and conversa.corre_desde is None:
            conversa.corre_desde = evento.em
        elif not corre and conversa.corre_desde is not None:
            if conversa.calado is not None:
                conversa.calado.trechos.append((max(conversa.corre_desde, conversa.calado.desde), evento.em))
            conversa.corre_desde = None
        if conversa.status in {"RESOLVIDO", "FECHADO"}:
            conversa.calado = None

    def _mensagem(self, conversa: Conversa, evento: EventoRow, dados: dict[str, Any]) -> None:
        if dados["direcao"] == "recebida":
            conversa.calado, conversa.escreveu = None, conversa.adiado_ate is not None
        elif evento.ator_papel == "sistema":
            sai = self._promete.tipo_do(conversa.canal_id) in TRABALHOS  # else it is there for whoever looks
            conversa.do_sistema = (dados["id"], sai and dados["statusEntrega"] == "pendente")
        elif conversa.status in _EM_MAOS and self._do_contato():
            conversa.calado = Calado(evento.em)

    # -- what comes of it --------------------------------------------------------------------------------------------

    def _avisou(
        self, id_: str, conversa: Conversa, evento: EventoRow, mudancas: dict[str, list[Any]], *, chega: bool
    ) -> None:  # fmt: skip
        calado, regra = conversa.calado, self._regra(id_, conversa, mudancas)
        assert calado is not None, f"{id_} is warned, and owes nothing"
        assert calado.avisado_em is None, f"{id_} is warned twice"
        assert regra.aviso_apos_segundos is not None, f"{id_} is warned, and no rule says so"
        self._conferir_tempo(id_, conversa, regra, calado.desde, evento.em, regra.aviso_apos_segundos)
        calado.avisado_em, self.avisados = evento.em, self.avisados + 1
        if chega and conversa.do_sistema is not None:
            calado.aviso, a_caminho = conversa.do_sistema
            calado.saiu_em = None if a_caminho else evento.em
        else:
            calado.saiu_em = evento.em

    def _encerrou(self, id_: str, conversa: Conversa, evento: EventoRow, mudancas: dict[str, list[Any]]) -> None:
        calado, regra = conversa.calado, self._regra(id_, conversa, mudancas)
        assert calado is not None, f"{id_} is let go, and owes nothing"
        assert regra.encerrar_apos_segundos is not None, f"{id_} is let go, and no rule says so"
        self.encerrados += 1
        if calado.avisado_em is None:
            assert not regra.avisa, f"{id_} is let go without a warning"
            self._conferir_tempo(id_, conversa, regra, calado.desde, evento.em, regra.encerrar_apos_segundos)
        elif calado.saiu_em is None:
            assert evento.em - calado.avisado_em >= UM_DIA, f"{id_} is let go while the warning is on its way"
        else:
            self._conferir_tempo(id_, conversa, regra, calado.saiu_em, evento.em, regra.encerrar_apos_segundos)

    def _conferir_tempo(
        self, id_: str, conversa: Conversa, regra: RegraDeSilencio, desde: int, em: int, segundos: int
    ) -> None:  # fmt: skip
        calado = conversa.calado
        assert calado is not None
        assert conversa.corre_desde is not None, f"{id_}: nobody has it in hand"
        if regra.tempo == "util" and not calado.as_mesmas:
            return
        agenda: Agenda = SEMPRE if regra.tempo == "corrido" else self._promete.agenda_da(conversa.fila_id)
        trechos = [*calado.trechos, (max(conversa.corre_desde, calado.desde), em)]
        passou = sum(agenda.entre(max(de, desde), ate) for de, ate in trechos if ate > desde)
        assert passou >= segundos * 1000, f"{id_}: after {passou} ms, and not {segundos} s"

    def _regra(self, id_: str, conversa: Conversa, mudancas: dict[str, list[Any]]) -> RegraDeSilencio:
        """The rule that holds, which is the one that is named."""
        regras = self._promete.documentos.de(REGRA_DE_SILENCIO)
        valem = [(*precisao, um) for um, regra in sorted(regras.items(), reverse=True)
                 if (precisao := self._precisao(regra, conversa)) is not None]  # fmt: skip
        assert valem, f"{id_}: no rule of silence holds"
        melhor = max(valem, key=lambda um: um[:2])[:2]
        primeira = min(um[2] for um in valem if um[:2] == melhor)
        nome, dito = self._promete.documentos.nome(REGRA_DE_SILENCIO, primeira), mudancas["regraDeSilencio"][1]
        assert nome == dito, f"{id_}: by {dito}, and not by {nome}"
        return regras[primeira]

    def _precisao(self, regra: RegraDeSilencio, conversa: Conversa) -> tuple[int, int] | None:
        """How exactly it names where a ticket is; None: it does not hold there."""
        equipes, tipo = self._promete.equipes_da(conversa.fila_id), self._promete.tipo_do(conversa.canal_id)
        lugar = 2 if conversa.fila_id in regra.filas else 1 if equipes.intersection(regra.equipes) else 0
        canal = 2 if conversa.canal_id in regra.canal_ids else 1 if tipo in regra.canais else 0
        fora = (not lugar and (regra.filas or regra.equipes)) or (not canal and (regra.canais or regra.canal_ids))
        return None if fora or not regra.ativa else (lugar, canal)

    def _lembrou(self, id_: str, conversa: Conversa, evento: EventoRow, dados: dict[str, Any]) -> None:
        """The same turn says what it is from then on, and that it is put off no more."""
        assert conversa.adiado_ate == ms_de(dados["ate"]), f"{id_} comes back, put off till {conversa.adiado_ate}"
        assert evento.em >= conversa.adiado_ate, f"{id_} comes back early"
        conversa.adiado_ate, self.lembrados = None, self.lembrados + 1

    # -- the rows ----------------------------------------------------------------------------------------------------

    def conferir(self, viva: EmpresaViva) -> None:
        """All is durable, and nothing moves."""
        now, tickets = viva.dispatcher.now(), viva.diretorio.tickets
        for id_, conversa in self._conversas.items():
            if id_ in tickets and em_ordem(tickets[id_]):
                row = self._loja.um(TicketRow, self._empresa_id, id_)
                assert row is not None
                self._conferir_ticket(row, conversa, now)

    def _conferir_ticket(self, row: TicketRow, conversa: Conversa, now: int) -> None:
        adiado = None if row.adiamento is None else row.adiamento.ate
        assert adiado == conversa.adiado_ate, f"{row.id} is put off till {adiado}, and not {conversa.adiado_ate}"
        assert adiado is None or adiado > now, f"13: {row.id} does not come back"
        assert not conversa.escreveu, f"{row.id} is put off still, though the contact has written"
        silencio, calado = row.silencio, conversa.calado
        if silencio is None:
            assert calado is None or calado.esquecido, f"{row.id} owes an answer, and nobody waits for it"
            return
        assert calado is not None, f"{row.id} owes an answer, and does not"
        parada = silencio.vence is None or conversa.corre_desde is None
        assert parada or (silencio.vence or 0) > now, f"13: nothing comes of {row.id}'s silence"
        assert (silencio.avisado_em is None) == (calado.avisado_em is None), f"whether {row.id} was warned"


def _status(conversa: Conversa, evento: EventoRow, dados: dict[str, Any]) -> None:
    calado = conversa.calado
    saiu = dados["statusEntrega"] != "pendente"
    if calado is not None and saiu and dados["id"] == calado.aviso and calado.saiu_em is None:
        calado.saiu_em = evento.em
