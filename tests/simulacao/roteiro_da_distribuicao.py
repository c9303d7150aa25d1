"""What a simulation asks of the distribution: policies, skills, shifts, capacities; what is offered, and pulled."""

from __future__ import annotations

from random import Random
from typing import Final

from actors.atendente.comandos import AtualizarAtendente, CriarAtendente, MudarPresenca
from actors.empresa.comandos import AtualizarEmpresa
from actors.fila.comandos import IncluirMembro, PuxarTicket
from actors.fila.comandos_politica import GravarPolitica, VerificarPolitica
from actors.ticket.comandos import AceitarOferta, AtualizarTicket, CriarTicket, RecusarOferta, VerNaFila, VerPosicao
from engine.modelo import DISPONIVEL, Quem, Status
from engine.politica.documento import ler
from engine.politica.modelo import Politica
from tests.engine import acasos
from tests.engine.acasos import AoLado
from tests.simulacao import documentos
from tests.simulacao.elenco import Elenco, Opcao, Sorteio

SEGUINTES: Final[tuple[Status, ...]] = ("PENDENTE", "PENDENTE", "EM_ANDAMENTO", "RESOLVIDO", "RESOLVIDO", "ABERTO")
"""What agents do with what they have."""


class RoteiroDaDistribuicao:
    """``curto``: the run is one of minutes."""

    def __init__(self, sorteio: Sorteio, *, curto: bool) -> None:
        self._r: Random = sorteio.r
        self._algum = sorteio.algum
        self._curto = curto

    def opcoes(self, elenco: Elenco, quem: Quem) -> list[Opcao]:
        return [
            *self._de_politicas(elenco, quem),
            *self._de_pessoas(elenco, quem),
            *self._de_tickets(elenco, quem),
            *self._de_ofertas(elenco),
        ]

    def _de_politicas(self, elenco: Elenco, quem: Quem) -> list[Opcao]:
        r, fila = self._r, self._algum(elenco.filas)
        opcoes: list[Opcao] = [
            (9, lambda: GravarPolitica(quem=quem, fila_id=fila, documento=self._politica(elenco, fila),
                                       versao=r.choice((None, None, None, r.randint(1, 4))))),
            (1, lambda: VerificarPolitica(quem=quem, fila_id=fila, documento=self._politica(elenco, fila))),
            (3, lambda: AtualizarEmpresa(quem=quem, capacidade=documentos.capacidade(r))),
        ]  # fmt: skip
        if elenco.versoes:
            antes = r.choice(elenco.versoes[-12:])
            opcoes.append((3, lambda: GravarPolitica(quem=quem, fila_id=antes.fila_id, documento=ler(antes.documento),
                                                     motivo="como antes", restaurada_de=antes.versao)))  # fmt: skip
        return opcoes

    def _politica(self, elenco: Elenco, fila: str) -> Politica:
        outras = [uma for uma in elenco.filas if uma != fila][-4:]
        equipes = [equipe for equipe, servida in elenco.vinculos if servida == fila]
        ao_lado = AoLado(outras, elenco.atendentes[-12:], equipes, elenco.canais[-4:], elenco.agora)
        return documentos.politica(self._r, ao_lado, curto=self._curto)

    def _de_pessoas(self, elenco: Elenco, quem: Quem) -> list[Opcao]:
        r, atendente, fila = self._r, self._algum(elenco.atendentes), self._algum(elenco.filas)
        ele = Quem(elenco.empresa_id, atendente, "atendente")
        return [
            (6, lambda: AtualizarAtendente(quem=quem, atendente_id=atendente, **documentos.da_pessoa(r, elenco.agora))),
            (4, lambda: CriarAtendente(quem=quem, nome="A", email=f"{r.getrandbits(24)}@x.y",
                                       capacidade=r.randint(1, 4), **acasos.niveis(r))),
            (10, lambda: PuxarTicket(quem=ele, fila_id=fila)),
            (14, lambda: MudarPresenca(quem=ele, atendente_id=atendente, online=True, estado=DISPONIVEL)),
            (5, lambda: IncluirMembro(quem=quem, fila_id=fila, atendente_id=atendente)),
        ]  # fmt: skip

    def _de_tickets(self, elenco: Elenco, quem: Quem) -> list[Opcao]:
        r, ticket, fila = self._r, self._algum(elenco.tickets), self._algum(elenco.filas)
        canal = self._algum(elenco.canais)
        opcoes: list[Opcao] = [
            (8, lambda: CriarTicket(quem=quem, contato_nome="C", contato_telefone=f"55118765432{r.randrange(6):02}",
                                    fila_id=fila, canal_id=r.choice((None, canal)), **documentos.marcas(r))),
            (4, lambda: AtualizarTicket(quem=quem, ticket_id=ticket, **documentos.marcas(r))),
            (1, lambda: VerNaFila(quem=quem, ticket_id=ticket, com_espera=True)),
            (1, lambda: VerPosicao(quem=quem, ticket_id=ticket)),
        ]  # fmt: skip
        if elenco.seus:
            seu, dono = r.choice(elenco.seus)
            ele = Quem(elenco.empresa_id, dono, "atendente")
            opcoes.append((12, lambda: AtualizarTicket(quem=ele, ticket_id=seu, status=r.choice(SEGUINTES))))
        return opcoes

    def _de_ofertas(self, elenco: Elenco) -> list[Opcao]:
        """Who was offered something lately says yes or no, perhaps too late, or once more; and so do others."""
        r, ticket = self._r, self._algum(elenco.tickets)
        outro = Quem(elenco.empresa_id, self._algum(elenco.atendentes), "atendente")
        opcoes: list[Opcao] = [
            (1, lambda: AceitarOferta(quem=outro, ticket_id=ticket)),
            (1, lambda: RecusarOferta(quem=outro, ticket_id=ticket)),
        ]
        if elenco.ofertas:
            ofertado, atendente = r.choice(elenco.ofertas[-4:])
            ele = Quem(elenco.empresa_id, atendente, "atendente")
            opcoes += [
                (14, lambda: AceitarOferta(quem=ele, ticket_id=ofertado)),
                (7, lambda: RecusarOferta(quem=ele, ticket_id=ofertado, motivo=r.choice((None, "não é comigo")))),
                (1, lambda: AceitarOferta(quem=outro, ticket_id=ofertado)),
            ]
        return opcoes
