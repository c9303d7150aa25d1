"""Who is told of what happens: decided, and written down, in the turn of its cause.

What people prefer, what waits for them and what they were told already is kept here, and changes only by callbacks of
turns that succeeded. Most of what happens is told nobody, and costs one look.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfoNotFoundError

from actors.diretorio.avisos_retidos import Retidos
from actors.diretorio.gente import Gente
from actors.diretorio.saidas_de_avisos import SaidasDeAvisos
from engine.avisos.limites import DADOS_NO_MAXIMO, Orcamento
from engine.avisos.modelo import Preferencias, TipoDeAviso, aceita
from engine.avisos.ocorrencias import DITOS, Ocorrencia, do_evento
from engine.avisos.padroes import RegraViva, por_tipo
from engine.avisos.quando import quando
from engine.avisos.quem import a_quem, serve
from engine.documentos.especies import MODELO_DE_AVISO, REGRA_DE_AVISO
from engine.modelo import (
    AvisoDadoRow,
    AvisoRetidoRow,
    EmpresaImage,
    EventoRow,
    MeioDeAviso,
    PreferenciaAvisosRow,
    TicketRow,
)
from engine.runtime import Effects

if TYPE_CHECKING:
    from actors.diretorio.empresa_viva import EmpresaViva

log = logging.getLogger(__name__)

AVISOS_POR_VEZ: Final = 1_000
"""Notices of one thing that happened."""


class Avisos:
    """``publicou`` is shown every event, in the turn that publishes it; :meth:`avisar` takes what no event says.

    ``_so_navegadores``: the events that are told to browsers alone.
    """

    __slots__ = ("_dados", "_orcamento", "_regras", "_so_navegadores", "_viva", "gente", "retidos", "saidas")

    def __init__(self, viva: EmpresaViva, imagem: EmpresaImage, gente: Gente) -> None:
        self._viva = viva
        self.gente = gente
        self.retidos = Retidos(viva, imagem.avisos_retidos)
        self.saidas = SaidasDeAvisos(viva, self.gente)
        self._orcamento = Orcamento()
        self._dados = {row.chave: row.ate for row in sorted(imagem.avisos_dados, key=lambda row: row.ate)}
        for especie in (REGRA_DE_AVISO, MODELO_DE_AVISO):
            viva.documentos.avisar(especie.tipo, self._regras_mudaram)
        self._ler_regras()

    def _regras_mudaram(self) -> None:
        """The empresa has other rules now, or says what they say in other words."""
        self._ler_regras()
        self._viva.seguir()

    def _ler_regras(self) -> None:
        documentos = self._viva.documentos
        modelos, regras = documentos.de(MODELO_DE_AVISO), documentos.de(REGRA_DE_AVISO)
        vivas = [RegraViva(id_, regras[id_], modelos.get(regras[id_].modelo or "")) for id_ in sorted(regras)]
        self._regras = por_tipo(vivas)
        self._so_navegadores = {
            tipo for tipo, delas in self._regras.items() if all(uma.regra.por == ("push",) for uma in delas)
        }

    @property
    def atento(self) -> bool:
        """Whether there is any event of which somebody may be told."""
        return self._viva.inscricoes.ha or not self._regras.keys() <= self._so_navegadores | DITOS

    # -- what happens --------------------------------------------------------------------------------------------------

    def interessa(self, tipo: TipoDeAviso | str) -> bool:
        """Whether anybody may be told of such a thing."""
        return tipo in self._regras and (tipo not in self._so_navegadores or self._viva.inscricoes.ha)

    def publicou(self, ator: Effects[Any], evento: EventoRow) -> None:
        """Tell of an event, in the turn of ``ator`` that publishes it."""
        if self.interessa(evento.tipo):
            ocorrencia = do_evento(evento, self._ticket_de(ator, evento))
            if ocorrencia is not None:
                self.avisar(ator, ocorrencia)

    def avisar(
        self, ator: Effects[Any], ocorrencia: Ocorrencia, regras: Sequence[RegraViva] | None = None
    ) -> None:  # fmt: skip
        """Tell of something, in the turn of ``ator``: what is written down is in its commit, or is not at all.

        By the rules of the empresa, or by these ``regras``: of an escalation, say, whose ``RegraViva`` names whom it
        tells (``para``) and by what (``por``), and whose ``id`` is the name under which it is told once
        (``janela_segundos``).
        """
        feitos: set[tuple[str, MeioDeAviso]] = set()
        for uma in self._regras.get(ocorrencia.tipo, ()) if regras is None else regras:
            if not serve(uma.regra, ocorrencia):
                continue
            for pessoa in a_quem(uma.regra.para, ocorrencia, self.gente):
                for meio in uma.regra.por:
                    if (pessoa, meio) not in feitos and self._avisar(ator, uma, ocorrencia, pessoa, meio):
                        feitos.add((pessoa, meio))
                if len(feitos) >= AVISOS_POR_VEZ:
                    log.warning(
                        "empresa %s: a %s is told to %d and no more", self._viva.name, ocorrencia.tipo, len(feitos)
                    )
                    return

    def _ticket_de(self, ator: Effects[Any], evento: EventoRow) -> TicketRow | None:
        """The ticket of an event as this turn has it."""
        row = getattr(ator, "row", None)
        if isinstance(row, TicketRow) and row.id == evento.ticket_id:
            return row
        return None if evento.ticket_id is None else self._viva.diretorio.ticket_row(evento.ticket_id)

    def _avisar(
        self, ator: Effects[Any], viva: RegraViva, ocorrencia: Ocorrencia, pessoa: str, meio: MeioDeAviso
    ) -> bool:
        """Tell one person by one means, now or later. False: it is not told by this rule."""
        preferencias = self.gente.preferencias(pessoa)
        if not aceita(preferencias, ocorrencia.tipo, meio):
            return False
        saida = self.saidas.para(pessoa, meio, viva.regra.canais)
        if saida is None or not self._e_nova(ator, viva, ocorrencia, pessoa, meio):
            return False
        em = self._quando(preferencias, meio, ator.now(), urgente=viva.regra.urgente)
        em = em or self._orcamento.excedido_ate(pessoa, meio, ator.now())
        if em is not None:
            self.retidos.reter(ator, _retido(self._viva, ocorrencia, pessoa, meio, saida.canal_id, em, ator.now()))
            return True
        self.saidas.dar(ator, saida, viva, ocorrencia)
        ator.once_released(partial(self._orcamento.contar, pessoa, meio, ator.now()))
        return True

    def _quando(self, preferencias: Preferencias, meio: MeioDeAviso, now: int, *, urgente: bool) -> int | None:
        try:
            return quando(preferencias, meio, now, urgente=urgente)
        except ZoneInfoNotFoundError:  # it was saved on a machine that knew more zones: better now than never
            return None

    # -- once ----------------------------------------------------------------------------------------------------------

    def _e_nova(
        self, ator: Effects[Any], viva: RegraViva, ocorrencia: Ocorrencia, pessoa: str, meio: MeioDeAviso
    ) -> bool:
        """Whether it was not told already within the rule's window; it is from now on."""
        if not viva.regra.janela_segundos:
            return True
        qual = "" if ocorrencia.ticket is None else ocorrencia.ticket.id
        chave, now = f"{viva.id} {pessoa} {qual} {ocorrencia.tipo} {meio}", ator.now()
        if self._dados.get(chave, 0) > now:
            return False
        row = AvisoDadoRow(self._viva.name, chave, pessoa, now + viva.regra.janela_segundos * 1000)
        ator.save(row)
        ator.once_released(partial(self._lembrar, row))
        return True

    def _lembrar(self, row: AvisoDadoRow) -> None:
        """The latest are at the end; the first, which are over first, make room."""
        dados = self._dados
        dados.pop(row.chave, None)
        dados[row.chave] = row.ate
        while len(dados) > DADOS_NO_MAXIMO:
            del dados[next(iter(dados))]

    # -- people --------------------------------------------------------------------------------------------------------

    def conheceu(self, row: PreferenciaAvisosRow) -> None:
        """Somebody is new here, or wants to be told otherwise."""
        self.gente.mudou(row)

    def saiu(self, usuario_id: str) -> None:
        """Somebody was deleted: what is kept of it was deleted too."""
        self.gente.saiu(usuario_id)
        self.retidos.esquecer(usuario_id)
        self._orcamento.esquecer(usuario_id)


def _retido(
    viva: EmpresaViva, ocorrencia: Ocorrencia, pessoa: str, meio: MeioDeAviso, canal_id: str | None, em: int, now: int
) -> AvisoRetidoRow:
    ticket = ocorrencia.ticket
    return AvisoRetidoRow(
        viva.name,
        viva.ids.novo(),
        pessoa,
        meio,
        ocorrencia.tipo,
        None if ticket is None else ticket.id,
        None if ticket is None else ticket.numero,
        canal_id,
        em,
        now,
    )
