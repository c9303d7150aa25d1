"""The stage, with a store of contacts that is read for real, and can be made to wait, to fail and to be slow."""

from __future__ import annotations

from random import Random

from actors.comandos import CriarContato, CriarTicket
from actors.empresa_viva import EmpresaViva
from actors.protocolo import ContatosCarregados, LerContatos
from engine.modelo import ContatoChaveRow, ContatoRow, TicketRow
from engine.ports import ContatosAchados, StoreAway
from engine.runtime import Supervisor
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.mundo import Mundo, concluir

ANA, JOAO = "5511999998888", "5521988887777"


class MundoComContatos(Mundo):
    """``lidos`` are the readings that were asked for. While ``segurar`` is set none is answered; a reading shows the
    store as it is when it is asked for, and is answered later, as on a slow network.
    """

    def ativar(self, empresa_id: str) -> EmpresaViva:
        nova = empresa_id not in self.vivas
        viva = super().ativar(empresa_id)
        if nova:
            self.lidos: list[LerContatos] = []
            self.respostas: list[tuple[EmpresaViva, ContatosCarregados]] = []
            self.segurar = False
            viva.carregar_contatos = lambda pedido: self._ler_contatos(viva, pedido)
        return viva

    def _ler_contatos(self, viva: EmpresaViva, pedido: LerContatos) -> None:
        self.lidos.append(pedido)
        achados: ContatosAchados | None = None
        erro: BaseException | None = None
        try:
            achados = concluir(self.loja.contatos(viva.id, pedido.chaves, pedido.ids))
        except StoreAway as fora:
            erro = fora
        self.respostas.append((viva, ContatosCarregados(pedido, achados, erro)))

    def responder(self) -> bool:
        """Let the readings be answered."""
        respostas, self.respostas = self.respostas, []
        for viva, resposta in respostas:
            viva.empresa.tell(resposta)
        return bool(respostas)

    def _carregar(self) -> bool:
        contatos = not self.segurar and self.responder()
        return super()._carregar() or contatos


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
