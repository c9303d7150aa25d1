"""The stage of the contacts: what is read of them is seen, and can be made to wait."""

from __future__ import annotations

from random import Random

from actors.contatos.comandos import CriarContato
from actors.contatos.mensagens import LerContatos
from actors.diretorio.empresa_viva import EmpresaViva
from actors.ticket.comandos import CriarTicket, EnviarMensagem
from engine.modelo import ContatoChaveRow, ContatoRow, TicketRow
from engine.runtime import Supervisor
from engine.tempo import VirtualClock
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.loja import LojaEmMemoria
from tests.simulacao.mundo import Mundo

ANA, JOAO = "5511999998888", "5521988887777"


class MundoComContatos(Mundo):
    """``lidos`` are the readings of contacts that were asked for. While ``segurar`` is set none is answered, unless by
    :meth:`responder`.
    """

    def __init__(self, loja: LojaEmMemoria, clock: VirtualClock, aleatorio: Random, supervisor: Supervisor) -> None:
        super().__init__(loja, clock, aleatorio, supervisor)
        self.lidos: list[LerContatos] = []
        self.segurar = False

    def ler_contatos(self, viva: EmpresaViva, pedido: LerContatos) -> None:
        self.lidos.append(pedido)
        super().ler_contatos(viva, pedido)

    def _entregar_contatos(self) -> bool:
        return not self.segurar and self.responder()

    def responder(self) -> bool:
        """Let the readings be answered."""
        return super()._entregar_contatos()


class CenaComContatos(Cena):
    """``cena.abrir(ANA)`` is a ticket of whoever has that phone."""

    mundo: MundoComContatos
    esquece = False

    def _novo_mundo(self) -> Mundo:
        return MundoComContatos(self.loja, self.clock, Random(1), Supervisor())

    @property
    def viva(self) -> EmpresaViva:
        return self.mundo.vivas[EMPRESA]

    def abrir(self, telefone: str | None, email: str | None = None, nome: str = "Contato") -> TicketRow:
        return self.pedir(novo_ticket(telefone, email, nome))

    def contato(self, telefone: str | None = None, email: str | None = None, nome: str = "Contato") -> ContatoRow:
        return self.pedir(novo_contato(telefone, email, nome))

    def escrever(self, ticket_id: str, conteudo: str) -> EnviarMensagem:
        """What a contact writes."""
        return EnviarMensagem(quem=ADMIN, ticket_id=ticket_id, conteudo=conteudo, direcao="recebida")

    def contatos(self) -> list[ContatoRow]:
        """Those that are stored and stand for themselves, oldest first."""
        rows = self.loja.de(ContatoRow, EMPRESA)
        vivos = (row for row in rows if row.excluido_em is None and row.unido_a is None)
        return sorted(vivos, key=lambda row: row.id)

    def gravado(self, contato_id: str) -> ContatoRow:
        row = self.loja.um(ContatoRow, EMPRESA, contato_id)
        assert row is not None
        return row

    def dono_de(self, chave: str) -> str | None:
        row = self.loja.um(ContatoChaveRow, EMPRESA, chave)
        return None if row is None else row.contato_id


def novo_ticket(telefone: str | None, email: str | None = None, nome: str = "Contato") -> CriarTicket:
    return CriarTicket(quem=ADMIN, contato_nome=nome, contato_telefone=telefone, contato_email=email)


def novo_contato(telefone: str | None = None, email: str | None = None, nome: str = "Contato") -> CriarContato:
    return CriarContato(quem=ADMIN, nome=nome, telefone=telefone, email=email)
