"""What people want to be told, what they have read, and what waited for them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final, cast
from zoneinfo import ZoneInfoNotFoundError

from msgspec.structs import replace

from actors.diretorio.empresa_viva import EmpresaViva
from actors.empresa.comandos_de_avisos import (
    Apresentar,
    LerNotificacoes,
    MudarPreferencias,
    PreferenciasDeAlguem,
    PreverAviso,
    VerPreferencias,
)
from engine import telefones
from engine.acesso import atendente_excluido
from engine.avisos.exame import das_preferencias, do_modelo
from engine.avisos.modelo import MEIOS, CanaisDoAviso, Preferencias, TipoDeAviso, aceita
from engine.avisos.palavras import NOME_MAXIMO, uma_linha
from engine.avisos.previa import NOMES_DO_EXEMPLO, Previa, previa
from engine.avisos.quando import fora_do_silencio, quando
from engine.avisos.resumo import resumo
from engine.errors import Detalhe, Invalid, NotFound
from engine.eventos import Alcance, NotificacoesLidas, publicar
from engine.modelo import AvisoRetidoRow, EmpresaRow, MeioDeAviso, PreferenciaAvisosRow, Quem
from engine.runtime import Stateful
from engine.vistas import json_text

PESSOAS_POR_VEZ: Final = 50
"""Digests that are told in one turn."""
DESCANSO_MS: Final = 60_000
"""How long nothing that waited is told after telling it has failed."""
OUTRA_VEZ_MS: Final = 3_600_000
"""When it is tried again to tell what cannot be told now, for its canal is paused."""
DESISTE_MS: Final = 14 * 24 * OUTRA_VEZ_MS
"""What waits for so long is told nobody any more."""


class AvisosDaEmpresa:
    """Works in the turns of the Empresa."""

    __slots__ = ("_ator", "_viva")

    def __init__(self, ator: Stateful[EmpresaRow], viva: EmpresaViva) -> None:
        self._ator = ator
        self._viva = viva

    # -- what somebody prefers -----------------------------------------------------------------------------------------

    def ver(self, comando: VerPreferencias) -> PreferenciasDeAlguem:
        return self._de(_usuario(comando.quem))

    def apresentar(self, comando: Apresentar) -> None:
        """It is known from now on, as what it comes."""
        quem, usuario_id = comando.quem, _usuario(comando.quem)
        if not self._viva.avisos.gente.apresentado(quem):
            row = self._viva.avisos.gente.row(usuario_id)
            self._guardar(quem, usuario_id, "{}" if row is None else row.dados)

    def mudar(self, comando: MudarPreferencias) -> PreferenciasDeAlguem:
        quem, usuario_id = comando.quem, _usuario(comando.quem)
        preferencias = self._escritas(comando.preferencias)
        row = self._guardar(quem, usuario_id, json_text(preferencias))
        self._replanejar(usuario_id, preferencias)
        atual = self._viva.avisos.gente.email(usuario_id) or row.email
        return PreferenciasDeAlguem(preferencias, atual, row.atualizada_em)

    def _escritas(self, preferencias: Preferencias) -> Preferencias:
        """As they are kept. Raises Invalid, with every problem."""
        problemas = das_preferencias(preferencias)
        if problemas:
            raise _invalido(problemas)
        telefone = preferencias.telefone
        if telefone is None:
            return preferencias
        return replace(preferencias, telefone=telefones.exigir("telefone", telefone, self._ator.row.pais_padrao))

    def _guardar(self, quem: Quem, usuario_id: str, dados: str) -> PreferenciaAvisosRow:
        if usuario_id in self._viva.acesso.excluidos:
            raise atendente_excluido()
        row = self._viva.avisos.gente.dita(quem, usuario_id, dados, self._ator.now())
        self._ator.save(row)
        self._ator.once_released(partial(self._viva.avisos.conheceu, row))
        return row

    def _de(self, usuario_id: str) -> PreferenciasDeAlguem:
        gente = self._viva.avisos.gente
        row = gente.row(usuario_id)
        em = None if row is None else row.atualizada_em
        return PreferenciasDeAlguem(gente.preferencias(usuario_id), gente.email(usuario_id), em)

    def _replanejar(self, usuario_id: str, preferencias: Preferencias) -> None:
        """What waits for it is told when it would be if it happened now, or not at all."""
        retidos, now = self._viva.avisos.retidos, self._ator.now()
        for meio in MEIOS:
            rows = retidos.de(usuario_id, meio)
            em = quando(preferencias, meio, now) or now
            retidos.soltar(self._ator, [row for row in rows if not _quer(preferencias, row)])
            for row in rows:
                if _quer(preferencias, row) and row.em != em:
                    retidos.adiar(self._ator, row, em)

    def prever(self, comando: PreverAviso) -> Previa:
        """Raises Invalid, with every problem."""
        problemas = do_modelo(comando.modelo)
        if problemas:
            raise _invalido(problemas)
        if comando.ticket is None:
            return previa(comando.modelo, comando.evento)
        destinatario = self._viva.avisos.gente.nome(comando.quem.id or "") or NOMES_DO_EXEMPLO.destinatario
        nomes = self._viva.avisos.saidas.nomes(comando.ticket, destinatario)
        return previa(comando.modelo, comando.evento, comando.ticket, nomes)

    # -- what it has read ----------------------------------------------------------------------------------------------

    def ler(self, comando: LerNotificacoes) -> int:
        usuario_id, now = _usuario(comando.quem), self._ator.now()
        novas = [row for row in comando.rows if row.usuario_id == usuario_id and row.lida_em is None]
        for row in novas:
            self._ator.save(replace(row, lida_em=now))
        if novas:
            evento = NotificacoesLidas(tuple(row.id for row in novas))
            publicar(self._ator, comando.quem, evento, Alcance(atendente_id=usuario_id))
        return len(novas)

    # -- what waited ---------------------------------------------------------------------------------------------------

    def entregar(self) -> None:
        """Tell what is due: each person by each means once, in the commit that takes it away from what waits."""
        retidos = self._viva.avisos.retidos
        for de_quem in retidos.vencidos(self._ator.now(), PESSOAS_POR_VEZ):
            self._entregar(*de_quem)
        self._ator.once_released(retidos.rearmar)

    def _entregar(self, usuario_id: str, meio: MeioDeAviso) -> None:
        avisos, now = self._viva.avisos, self._ator.now()
        rows = [row for row in avisos.retidos.de(usuario_id, meio) if row.em <= now]
        ditas = [row for row in rows if self._ainda_diz(row)]
        if not ditas:
            avisos.retidos.soltar(self._ator, rows)
            return
        em = self._calado_ate(usuario_id, meio)
        saida = None if em is not None else avisos.saidas.para(usuario_id, meio, _canais(ditas[-1]))
        if saida is None:
            self._esperar(rows, em or now + OUTRA_VEZ_MS)
            return
        avisos.saidas.resumir(self._ator, saida, resumo(ditas, self._contato_de))
        avisos.retidos.soltar(self._ator, rows)

    def _esperar(self, rows: list[AvisoRetidoRow], em: int) -> None:
        for row in rows:
            self._viva.avisos.retidos.adiar(self._ator, row, em)

    def _ainda_diz(self, row: AvisoRetidoRow) -> bool:
        """Whether somebody is to be told of that still: it wants to be, can be, and sees the ticket as it is now."""
        avisos = self._viva.avisos
        if not _quer(avisos.gente.preferencias(row.usuario_id), row) or not avisos.gente.conhece(row.usuario_id):
            return False
        if not avisos.saidas.tem_endereco(row.usuario_id, row.meio) or self._ator.now() - row.criado_em > DESISTE_MS:
            return False
        ticket = self._viva.diretorio.ticket_row(row.ticket_id or "")
        return ticket is None or avisos.gente.ve(row.usuario_id, ticket.fila_id, ticket.atendente_id)

    def _calado_ate(self, usuario_id: str, meio: MeioDeAviso) -> int | None:
        """Until when it is quiet, if it is: the node may have been away until now."""
        now = self._ator.now()
        try:
            em = fora_do_silencio(self._viva.avisos.gente.preferencias(usuario_id), meio, now)
        except ZoneInfoNotFoundError:  # it was saved on a machine that knew more zones: better now than never
            return None
        return em if em > now else None

    def _contato_de(self, ticket_id: str) -> str:
        ticket = self._viva.diretorio.ticket_row(ticket_id)
        return "" if ticket is None else uma_linha(ticket.contato_nome)[:NOME_MAXIMO]


def _invalido(problemas: Sequence[Detalhe]) -> Invalid:
    return Invalid("dados_invalidos", f"{problemas[0].campo}: {problemas[0].problema}", tuple(problemas))


def _usuario(quem: Quem) -> str:
    if quem.id is None:
        raise NotFound("atendente_nao_encontrado", "Este token não diz quem é o usuário")
    return quem.id


def _quer(preferencias: Preferencias, row: AvisoRetidoRow) -> bool:
    return aceita(preferencias, cast("TipoDeAviso", row.tipo), row.meio)


def _canais(row: AvisoRetidoRow) -> CanaisDoAviso:
    """The canal that the rule of the latest notice has named."""
    return CanaisDoAviso(
        email=row.canal_id if row.meio == "email" else None, sms=row.canal_id if row.meio == "sms" else None
    )
