"""A stage for the actors: one empresa on the virtual clock, where each line of a test is one command."""

from __future__ import annotations

from random import Random
from typing import Any, TypeVar

import msgspec

from actors.atendente.comandos import CriarAtendente, MudarPresenca, VerAtendente
from actors.canal.comandos import CriarCanal
from actors.comandos import Comando
from actors.equipe.comandos import CriarEquipe, IncluirNaEquipe, VincularFila
from actors.fila.comandos import CriarFila, IncluirMembro, ListarFilas, RemoverMembro, VerFila
from actors.ticket.comandos import AtribuirTicket, AtualizarTicket, CriarTicket, EnviarMensagem, VerTicket
from engine.errors import BalcaoError
from engine.modelo import EventoRow, Prioridade, Quem, Status, TicketRow
from engine.runtime import Reply, Supervisor
from engine.tempo import VirtualClock
from tests.simulacao.loja import LojaEmMemoria
from tests.simulacao.mundo import Mundo

R = TypeVar("R")

EMPRESA = "00000000-0000-7000-8000-00000000000a"
ADMIN = Quem(EMPRESA, None, "admin")


class Cena:
    """``ana = cena.atendente("ana")`` is an agent of the default fila, online, with room for one ticket."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.loja = LojaEmMemoria()
        self.mundo = self._novo_mundo()
        self.geral = self.pedir(ListarFilas(quem=ADMIN))[0].row.id

    def _novo_mundo(self) -> Mundo:
        return Mundo(self.loja, self.clock, Random(1), Supervisor())

    def reiniciar(self) -> None:
        """The node is killed, and another takes over."""
        self.mundo.fechar()
        self.mundo = self._novo_mundo()
        self.mundo.ativar(EMPRESA)
        self.mundo.assentar()

    def enviar(self, comando: Comando[R]) -> Reply[R]:
        """Send without letting anything happen yet."""
        return self.mundo.pedir(comando)

    def pedir(self, comando: Comando[R]) -> R:
        resposta = self.enviar(comando)
        self.mundo.assentar()
        return resposta.get()

    def recusa(self, comando: Comando[Any]) -> str:
        """The ``codigo`` of the refusal of a command."""
        return self.erro(comando).codigo

    def erro(self, comando: Comando[Any]) -> BalcaoError:
        """The refusal of a command."""
        try:
            valor = self.pedir(comando)
        except BalcaoError as erro:
            return erro
        raise AssertionError(f"it was granted: {valor}")

    def fila(self, nome: str, **campos: Any) -> str:
        return self.pedir(CriarFila(quem=ADMIN, nome=nome, **campos)).row.id

    def atendente(self, nome: str, *filas: str, capacidade: int = 1, online: bool = True) -> str:
        criado = self.pedir(CriarAtendente(quem=ADMIN, nome=nome, email=f"{nome}@x.y", capacidade=capacidade))
        id_ = criado.row.id
        for fila in filas:
            self.pedir(IncluirMembro(quem=ADMIN, fila_id=fila, atendente_id=id_))
        if filas:
            self.pedir(RemoverMembro(quem=ADMIN, fila_id=self.geral, atendente_id=id_))
        if online:
            self.presenca(id_, online=True)
        return id_

    def canal(self, nome: str, **campos: Any) -> str:
        return self.pedir(CriarCanal(quem=ADMIN, nome=nome, tipo="whatsapp", **campos)).row.id

    def equipe(self, nome: str, *membros: str, filas: tuple[str, ...] = ()) -> str:
        equipe_id = self.pedir(CriarEquipe(quem=ADMIN, nome=nome)).row.id
        for atendente_id in membros:
            self.pedir(IncluirNaEquipe(quem=ADMIN, equipe_id=equipe_id, atendente_id=atendente_id))
        for fila_id in filas:
            self.pedir(VincularFila(quem=ADMIN, equipe_id=equipe_id, fila_id=fila_id))
        return equipe_id

    def membros(self, fila_id: str) -> set[str]:
        """Who serves a fila, for whatever reason."""
        return set(self.pedir(VerFila(quem=ADMIN, fila_id=fila_id)).membros)

    def presenca(self, atendente_id: str, *, online: bool, estado: str | None = None) -> None:
        comando = MudarPresenca(quem=ADMIN, atendente_id=atendente_id, online=online)
        self.pedir(comando if estado is None else msgspec.structs.replace(comando, estado=estado))

    def ticket(
        self,
        fila: str | None = None,
        prioridade: Prioridade = "NORMAL",
        nome: str = "Contato",
        canal: str | None = None,
        telefone: str = "5511999998888",
    ) -> str:
        """A new ticket; each is a millisecond younger than the one before."""
        self.mundo.avancar(1)
        comando = CriarTicket(
            quem=ADMIN,
            contato_nome=nome,
            contato_telefone=telefone,
            fila_id=fila,
            prioridade=prioridade,
            canal_id=canal,
        )
        return self.pedir(comando).id

    def ver(self, ticket_id: str) -> TicketRow:
        return self.pedir(VerTicket(quem=ADMIN, ticket_id=ticket_id))

    def dono(self, ticket_id: str) -> str | None:
        row = self.ver(ticket_id)
        return row.atendente_id if row.status in {"EM_ANDAMENTO", "PENDENTE"} else None

    def ativos(self, atendente_id: str) -> int:
        return self.pedir(VerAtendente(quem=ADMIN, atendente_id=atendente_id)).ativos

    def mudar(self, ticket_id: str, status: Status) -> TicketRow:
        return self.pedir(AtualizarTicket(quem=ADMIN, ticket_id=ticket_id, status=status))

    def atribuir(self, ticket_id: str, atendente_id: str, *, forcar: bool = False) -> TicketRow:
        return self.pedir(AtribuirTicket(quem=ADMIN, ticket_id=ticket_id, atendente_id=atendente_id, forcar=forcar))

    def recebida(self, ticket_id: str) -> str:
        """A message of the contact; the ticket it ended up in."""
        comando = EnviarMensagem(quem=ADMIN, ticket_id=ticket_id, conteudo="oi", direcao="recebida")
        return self.pedir(comando).ticket_id

    def eventos(self, tipo: str | None = None) -> list[EventoRow]:
        return [evento for evento in self.loja.eventos if tipo in {None, evento.tipo}]
