"""A month of an empresa, played by the real actors on the virtual clock: contacts write, agents come and go, answer,
transfer, resolve, reopen, give up. One seed, one history.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from msgspec.structs import replace

from actors.atendente.comandos import AtualizarAtendente, ExcluirAtendente
from actors.comandos import Comando
from actors.equipe.comandos import ExcluirEquipe, IncluirNaEquipe, RetirarDaEquipe
from actors.fila.comandos import ExcluirFila, IncluirMembro
from actors.ticket.comandos import (
    AtualizarTicket,
    CriarTicket,
    EncerrarTicket,
    EnviarMensagem,
    ExcluirTicket,
    ReabrirTicket,
    TransferirTicket,
)
from engine.errors import BalcaoError
from engine.modelo import EventoRow, Papel, Quem, Status
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.engine.pesquisas import resposta

HORA = 3_600_000
CONECTOR = Quem(EMPRESA, None, "conector")


class Mes:
    """``eventos`` is the log of it, with surveys that were answered."""

    def __init__(self, semente: int, passos: int = 1_500, dias: int = 30) -> None:
        self.acaso = Random(semente)
        self.cena = Cena()
        self.passo_medio = dias * 24 * HORA / passos
        self._montar()
        self.tickets: list[str] = []
        self.pesquisas: list[tuple[int, EventoRow]] = []
        for _ in range(passos):
            self._passo()
        self.eventos = self._com_pesquisas()

    def _montar(self) -> None:
        cena = self.cena
        self.filas = [cena.geral, cena.fila("Suporte"), cena.fila("Vendas"), cena.fila("Some")]
        self.canais = [cena.canal("Zap", fila_id=self.filas[1]), cena.canal("Outro")]
        self.atendentes = [cena.atendente(f"a{n}", *self.filas[1:], capacidade=1 + n % 3) for n in range(5)]
        for id_ in self.atendentes[:3]:
            cena.pedir(IncluirMembro(quem=ADMIN, fila_id=cena.geral, atendente_id=id_))
        self.equipes = [cena.equipe("Manhã", *self.atendentes[:2]), cena.equipe("Tarde", *self.atendentes[1:4])]

    def _passo(self) -> None:
        self.cena.mundo.avancar(int(self.acaso.expovariate(1 / self.passo_medio)) + 1)
        gestos: list[tuple[int, Callable[[], None]]] = [
            (10, self._criar), (14, self._escreve), (14, self._responde), (5, self._transfere), (8, self._encerra),
            (3, self._reabre), (4, self._status), (5, self._presenca), (2, self._capacidade), (2, self._equipe),
            (3, self._opina), (2, self._etiqueta), (1, self._exclui), (1, self._some),
        ]  # fmt: skip
        self.acaso.choices([gesto for _, gesto in gestos], [peso for peso, _ in gestos])[0]()

    def _tentar(self, comando: Comando[Any]) -> None:
        try:
            self.cena.pedir(comando)
        except BalcaoError:
            return

    def _um(self) -> str | None:
        return self.acaso.choice(self.tickets[-40:]) if self.tickets else None

    def _pessoa(self) -> Quem:
        papel: Papel = self.acaso.choice(("atendente", "supervisor"))
        return Quem(EMPRESA, self.acaso.choice(self.atendentes), papel)

    def _criar(self) -> None:
        quem = self.acaso.choice((CONECTOR, ADMIN, self._pessoa()))
        n = len(self.tickets)
        etiquetas = self.acaso.choice(((), ("vip",), ("vip", "b2b"), ("a/b",)))
        canal = self.acaso.choice((None, *self.canais))
        try:
            row = self.cena.pedir(
                CriarTicket(
                    quem=quem,
                    contato_nome=f"C{n}",
                    contato_telefone=f"55119{n:08}",
                    canal_id=canal,
                    fila_id=self.acaso.choice((None, *self.filas)),
                    etiquetas=etiquetas,
                )
            )
        except BalcaoError:
            return
        self.tickets.append(row.id)

    def _escreve(self) -> None:
        if (id_ := self._um()) is not None:
            try:
                comando = EnviarMensagem(quem=CONECTOR, ticket_id=id_, conteudo="oi", direcao="recebida")
                destino = self.cena.pedir(comando).ticket_id
            except BalcaoError:
                return
            if destino not in self.tickets:
                self.tickets.append(destino)

    def _responde(self) -> None:
        if (id_ := self._um()) is not None:
            row = self.cena.ver(id_)
            dono = Quem(EMPRESA, row.atendente_id, "atendente")
            quem = self.acaso.choice((dono, dono, self._pessoa(), CONECTOR))
            self._tentar(EnviarMensagem(quem=quem, ticket_id=id_, conteudo="olá"))

    def _transfere(self) -> None:
        if (id_ := self._um()) is not None:
            comando = TransferirTicket(quem=ADMIN, ticket_id=id_, forcar=self.acaso.random() < 0.5)
            if self.acaso.random() < 0.6:
                comando = replace(comando, fila_id=self.acaso.choice(self.filas))
            if comando.fila_id is None or self.acaso.random() < 0.5:
                comando = replace(comando, atendente_id=self.acaso.choice(self.atendentes))
            self._tentar(comando)

    def _encerra(self) -> None:
        if (id_ := self._um()) is not None:
            if self.acaso.random() < 0.7:
                self._tentar(AtualizarTicket(quem=self._pessoa(), ticket_id=id_, status="RESOLVIDO"))
            else:
                self._tentar(EncerrarTicket(quem=ADMIN, ticket_id=id_))

    def _reabre(self) -> None:
        if (id_ := self._um()) is not None:
            self._tentar(ReabrirTicket(quem=ADMIN, ticket_id=id_))

    def _status(self) -> None:
        if (id_ := self._um()) is not None:
            status: Status = self.acaso.choice(("PENDENTE", "ABERTO", "EM_ANDAMENTO"))
            self._tentar(AtualizarTicket(quem=self._pessoa(), ticket_id=id_, status=status))

    def _presenca(self) -> None:
        online = self.acaso.random() < 0.6
        estado = self.acaso.choice((None, "pausa", "disponivel")) if online else None
        try:
            self.cena.presenca(self.acaso.choice(self.atendentes), online=online, estado=estado)
        except BalcaoError:
            return

    def _capacidade(self) -> None:
        id_ = self.acaso.choice(self.atendentes)
        self._tentar(AtualizarAtendente(quem=ADMIN, atendente_id=id_, capacidade=self.acaso.randint(1, 5)))

    def _equipe(self) -> None:
        qual = self.acaso.choice((IncluirNaEquipe, RetirarDaEquipe))
        equipe, atendente = self.acaso.choice(self.equipes), self.acaso.choice(self.atendentes)
        self._tentar(qual(quem=ADMIN, equipe_id=equipe, atendente_id=atendente))

    def _opina(self) -> None:
        if (id_ := self._um()) is not None:
            row, loja = self.cena.ver(id_), self.cena.loja
            evento = resposta(row, self.acaso, self.cena.clock.now())
            self.pesquisas.append((len(loja.eventos), evento))

    def _etiqueta(self) -> None:
        if (id_ := self._um()) is not None:
            etiquetas = self.acaso.choice(((), ("vip",), ("nova",)))
            self._tentar(AtualizarTicket(quem=ADMIN, ticket_id=id_, etiquetas=etiquetas))

    def _exclui(self) -> None:
        if (id_ := self._um()) is not None:
            self.tickets.remove(id_)
            self._tentar(ExcluirTicket(quem=ADMIN, ticket_id=id_))

    def _some(self) -> None:
        """Once each: a fila, an agent and an equipe are deleted, and what they had goes to others."""
        if self.acaso.random() < 0.7 or len(self.filas) < 4:
            return
        fila, atendente, equipe = self.filas.pop(), self.atendentes.pop(), self.equipes.pop()
        self._tentar(ExcluirFila(quem=ADMIN, fila_id=fila, realocar=self.cena.geral))
        self._tentar(ExcluirAtendente(quem=ADMIN, atendente_id=atendente, realocar=self.atendentes[0]))
        self._tentar(ExcluirEquipe(quem=ADMIN, equipe_id=equipe))

    def _com_pesquisas(self) -> list[EventoRow]:
        """The log, with the surveys where they came, numbered anew."""
        todos = list(self.cena.loja.eventos)
        for lugar, evento in reversed(self.pesquisas):
            todos.insert(lugar, evento)
        return [replace(evento, seq=n) for n, evento in enumerate(todos, 1)]
