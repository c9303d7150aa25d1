"""What a simulation asks of all that has a deadline: policies, calendars, holidays, rules of silence and of notices,
what is put off, and who writes what.
"""

from __future__ import annotations

from random import Random
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from actors.comandos import Comando
from actors.contatos.comandos import AtualizarContato
from actors.documentos.comandos import CriarDocumento, ExcluirDocumento, GravarDocumento
from actors.empresa.comandos_de_avisos import Apresentar, MudarPreferencias
from actors.ticket.comandos import (
    AdiarTicket,
    AtualizarTicket,
    CancelarAdiamento,
    CriarNota,
    CriarTicket,
    EnviarMensagem,
    ReabrirTicket,
)
from engine.documentos.especies import CALENDARIO, FERIADO, POLITICA_SLA, REGRA_DE_AVISO, REGRA_DE_SILENCIO
from engine.modelo import DocumentoRow, Prioridade, Quem, Status
from tests.simulacao import documentos_de_prazos as documentos
from tests.simulacao.elenco import Elenco, Opcao, Sorteio

SEGUINTES: Final[tuple[Status, ...]] = ("PENDENTE", "PENDENTE", "EM_ANDAMENTO", "RESOLVIDO", "ABERTO", "FECHADO")
PRIORIDADES: Final[tuple[Prioridade, ...]] = ("BAIXA", "NORMAL", "NORMAL", "ALTA", "URGENTE")
NO_MAXIMO: Final = {POLITICA_SLA.tipo: 6, CALENDARIO.tipo: 4, FERIADO.tipo: 3, REGRA_DE_SILENCIO.tipo: 4,
                    REGRA_DE_AVISO.tipo: 3}  # fmt: skip
"""Documents of a kind that there are at once, so that each is met by something."""


class RoteiroDosPrazos:
    """``curto``: the run is one of minutes."""

    def __init__(self, sorteio: Sorteio, *, curto: bool) -> None:
        self._r: Random = sorteio.r
        self._algum = sorteio.algum
        self._curto = curto

    def opcoes(self, elenco: Elenco) -> list[Opcao]:
        admin = Quem(elenco.empresa_id, None, "admin")
        return [
            (8, lambda: self._documento(elenco, admin, POLITICA_SLA.tipo)),
            (3, lambda: self._documento(elenco, admin, CALENDARIO.tipo)),
            (1, lambda: self._documento(elenco, admin, FERIADO.tipo)),
            (4, lambda: self._documento(elenco, admin, REGRA_DE_SILENCIO.tipo)),
            (1, lambda: self._documento(elenco, admin, REGRA_DE_AVISO.tipo)),
            *self._de_tickets(elenco, admin),
            *self._de_pessoas(elenco, admin),
        ]

    def _documento(self, elenco: Elenco, quem: Quem, tipo: str) -> Comando[Any]:
        """One more, or another in the place of one, or one less."""
        r, estes = self._r, [row for row in elenco.documentos if row.tipo == tipo]
        dados = msgspec.json.encode(documentos.um(r, tipo, elenco, curto=self._curto)).decode()
        if estes and (len(estes) >= NO_MAXIMO[tipo] or r.random() < 0.5):
            row = r.choice(estes)
            if r.random() < 0.3:
                return ExcluirDocumento(quem=quem, tipo=tipo, documento_id=row.id)
            return GravarDocumento(quem=quem, tipo=tipo, documento_id=row.id, nome=row.nome, dados=dados)
        return CriarDocumento(quem=quem, tipo=tipo, nome=f"{tipo} {r.getrandbits(20)}", dados=dados)

    def _de_tickets(self, elenco: Elenco, admin: Quem) -> list[Opcao]:
        r, ticket = self._r, self._algum(elenco.tickets)
        canal, fila = self._algum(elenco.com_canal), self._algum(elenco.filas)
        seu, dono = r.choice(elenco.seus) if elenco.seus else (ticket, None)
        ele = admin if dono is None else Quem(elenco.empresa_id, dono, "atendente")
        etiquetas = tuple(nome for nome in documentos.ETIQUETAS if r.random() < 0.4)
        return [
            (5, lambda: CriarTicket(quem=admin, contato_nome="C", contato_telefone=f"55118765432{r.randrange(6):02}",
                                    fila_id=r.choice((None, fila)), prioridade=r.choice(PRIORIDADES),
                                    etiquetas=etiquetas)),
            (3, lambda: AtualizarTicket(quem=admin, ticket_id=ticket, prioridade=r.choice(PRIORIDADES))),
            (2, lambda: AtualizarTicket(quem=admin, ticket_id=ticket, etiquetas=etiquetas)),
            (9, lambda: EnviarMensagem(quem=ele, ticket_id=seu, conteudo="oi")),
            (3, lambda: EnviarMensagem(quem=ele, ticket_id=canal, conteudo="oi")),
            (6, lambda: EnviarMensagem(quem=ele, ticket_id=r.choice((seu, ticket)), conteudo="e?",
                                       direcao="recebida")),
            (6, lambda: AtualizarTicket(quem=ele, ticket_id=seu, status=r.choice(SEGUINTES))),
            (3, lambda: ReabrirTicket(quem=admin, ticket_id=ticket)),
            (4, lambda: AdiarTicket(quem=ele, ticket_id=r.choice((seu, ticket)), motivo="depois",
                                    ate=elenco.agora + documentos.adiado_por(r, curto=self._curto))),
            (1, lambda: CancelarAdiamento(quem=ele, ticket_id=r.choice(elenco.adiados or [seu]))),
            (1, lambda: CriarNota(quem=ele, ticket_id=seu, conteudo="nota",
                                  mencoes=r.choice(((), (self._algum(elenco.atendentes),))))),
        ]  # fmt: skip

    def _de_pessoas(self, elenco: Elenco, admin: Quem) -> list[Opcao]:
        r, contato = self._r, self._algum(elenco.contatos)
        ele = Quem(elenco.empresa_id, self._algum(elenco.atendentes), "atendente", "a@b.c")
        chefe = Quem(elenco.empresa_id, self._algum(elenco.atendentes), "supervisor", "a@b.c")
        etiquetas = tuple(nome for nome in documentos.ETIQUETAS if r.random() < 0.4)
        return [
            (2, lambda: AtualizarContato(quem=admin, contato_id=contato, visto=True, etiquetas=etiquetas)),
            (1, lambda: Apresentar(quem=r.choice((ele, chefe)))),
            (1, lambda: MudarPreferencias(quem=ele, preferencias=documentos.preferencias(r))),
        ]


def com_calma(row: DocumentoRow) -> GravarDocumento:
    """A rule of silence by which nobody loses anything: else that goes round and round."""
    regra = replace(REGRA_DE_SILENCIO.ler(row.dados), devolver_apos_segundos=0)
    return GravarDocumento(
        quem=Quem(row.empresa_id, None, "admin"),
        tipo=row.tipo,
        documento_id=row.id,
        nome=row.nome,
        dados=msgspec.json.encode(regra).decode(),
    )
