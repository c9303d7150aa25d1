"""The script of a simulation: random commands, faults and time, from one seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any, get_args

from msgspec import UNSET, Struct

from actors.atendente import Atendente
from actors.comandos import (
    AtribuirTicket,
    AtualizarAtendente,
    AtualizarFila,
    AtualizarTicket,
    Comando,
    Conectou,
    CriarAtendente,
    CriarFila,
    CriarTicket,
    Desconectou,
    EncerrarTicket,
    EnviarMensagem,
    ExcluirAtendente,
    ExcluirFila,
    GarantirAtendente,
    IncluirMembro,
    ListarAtendentes,
    ListarFilas,
    MarcarLida,
    MudarPresenca,
    ReabrirTicket,
    RemoverMembro,
    TransferirTicket,
    VerTicket,
)
from actors.empresa import Empresa
from actors.fila import Fila
from actors.ticket import Ticket
from engine.modelo import Estrategia, Prioridade, Quem, Status
from engine.runtime import Actor

EMPRESAS = ("00000000-0000-7000-8000-00000000000a", "00000000-0000-7000-8000-00000000000b")


class Quebra(RuntimeError):
    """The crash that the simulation injects."""


class Chances(Struct, frozen=True):
    """How hostile a run is: probabilities per step, or per turn for ``quebra``."""

    quebra: float = 0.0
    falha_de_commit: float = 0.0
    matar: float = 0.0
    tomar: float = 0.0
    queda_do_banco: float = 0.0

    @classmethod
    def de(cls, aleatorio: Random) -> Chances:
        """A quarter of the runs has no faults at all: there everything must hold with nothing to excuse it."""
        if aleatorio.random() < 0.25:
            return cls()
        return cls(
            quebra=aleatorio.choice((0.0, 0.002, 0.02)),
            falha_de_commit=aleatorio.choice((0.0, 0.02, 0.2)),
            matar=aleatorio.choice((0.0, 0.01)),
            tomar=aleatorio.choice((0.0, 0.01)),
            queda_do_banco=aleatorio.choice((0.0, 0.01)),
        )


@contextmanager
def atores_que_quebram(aleatorio: Random, chance: Callable[[], float]) -> Iterator[None]:
    """Make the handlers of every actor crash now and then: before they did anything, or after they did it all."""
    classes: tuple[type[Actor], ...] = (Empresa, Ticket, Fila, Atendente)
    originais = {classe: classe.handlers for classe in classes}

    def fragil(metodo: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def tratar(ator: Any, mensagem: Any) -> Any:
            sorte = aleatorio.random()
            if sorte < chance() / 2:
                raise Quebra("before")
            resultado = metodo(ator, mensagem)
            if sorte < chance():
                raise Quebra("after")
            return resultado

        return tratar

    for classe in classes:
        classe.handlers = {tipo: fragil(metodo) for tipo, metodo in classe.handlers.items()}
    try:
        yield
    finally:
        for classe, handlers in originais.items():
            classe.handlers = handlers


class Elenco:
    """What the script knows of one empresa: ids it was given, and some that do not exist."""

    def __init__(self, empresa_id: str) -> None:
        self.empresa_id = empresa_id
        self.tickets: list[str] = []
        self.filas: list[str] = []
        self.atendentes: list[str] = []
        self.mensagens: list[tuple[str, str]] = []


class Roteirista:
    """Makes up commands."""

    def __init__(self, aleatorio: Random) -> None:
        self._r = aleatorio

    def _algum(self, ids: list[str]) -> str:
        if not ids or self._r.random() < 0.02:
            return "ffffffff-0000-7000-8000-000000000000"
        recentes = ids[-12:]
        return self._r.choice(recentes if self._r.random() < 0.7 else ids)

    def _quem(self, elenco: Elenco) -> Quem:
        if elenco.atendentes and self._r.random() < 0.5:
            return Quem(elenco.empresa_id, self._algum(elenco.atendentes), "atendente", "a@b.c")
        papel = self._r.choice(("admin", "supervisor"))
        return Quem(elenco.empresa_id, None, papel)  # type: ignore[arg-type]

    def comando(self, elenco: Elenco) -> Comando[Any]:
        r, quem = self._r, self._quem(elenco)
        ticket = self._algum(elenco.tickets)
        atendente = self._algum(elenco.atendentes)
        fila = self._algum(elenco.filas)
        prioridade = r.choice(get_args(Prioridade))
        opcoes: list[tuple[int, Callable[[], Comando[Any]]]] = [
            (20, lambda: CriarTicket(quem=quem, contato_nome="C", contato_telefone="551199", prioridade=prioridade,
                                     fila_id=r.choice((None, fila)))),
            (10, lambda: EnviarMensagem(quem=quem, ticket_id=ticket, conteudo="oi", direcao=r.choice(
                ("enviada", "recebida")))),
            (8, lambda: AtualizarTicket(quem=quem, ticket_id=ticket, status=r.choice(get_args(Status)),
                                        prioridade=r.choice((UNSET, prioridade)))),
            (3, lambda: AtualizarTicket(quem=quem, ticket_id=ticket, prioridade=prioridade, assunto="x")),
            (5, lambda: AtribuirTicket(quem=quem, ticket_id=ticket, atendente_id=atendente, forcar=r.random() < 0.2)),
            (4, lambda: TransferirTicket(quem=quem, ticket_id=ticket, fila_id=fila)),
            (2, lambda: TransferirTicket(quem=quem, ticket_id=ticket, fila_id=fila, atendente_id=atendente,
                                         forcar=r.random() < 0.2)),
            (8, lambda: EncerrarTicket(quem=quem, ticket_id=ticket)),
            (2, lambda: ReabrirTicket(quem=quem, ticket_id=ticket)),
            (1, lambda: VerTicket(quem=quem, ticket_id=ticket)),
            (14, lambda: MudarPresenca(quem=quem, atendente_id=atendente, online=r.random() < 0.7,
                                       estado=r.choice((UNSET, UNSET, "pausa")))),
            (3, lambda: Conectou(quem=quem, atendente_id=atendente)),
            (2, lambda: Desconectou(quem=quem, atendente_id=atendente)),
            (2, lambda: AtualizarAtendente(quem=quem, atendente_id=atendente, capacidade=r.randrange(4))),
            (1, lambda: ExcluirAtendente(quem=quem, atendente_id=atendente)),
            (3, lambda: CriarAtendente(quem=quem, nome="A", email=f"{r.getrandbits(24)}@x.y",
                                       capacidade=r.randrange(4))),
            (1, lambda: GarantirAtendente(quem=Quem(elenco.empresa_id, atendente, "atendente"))),
            (2, lambda: CriarFila(quem=quem, nome="F", estrategia=r.choice(get_args(Estrategia)),
                                  prioridade=r.randint(1, 10))),
            (2, lambda: AtualizarFila(quem=quem, fila_id=fila, estrategia=r.choice(get_args(Estrategia)),
                                      distribuicao_automatica=r.random() < 0.7, prioridade=r.randint(1, 10),
                                      ao_ficar_offline=r.choice(("devolver", "manter")))),
            (1, lambda: ExcluirFila(quem=quem, fila_id=fila)),
            (6, lambda: IncluirMembro(quem=quem, fila_id=fila, atendente_id=atendente)),
            (2, lambda: RemoverMembro(quem=quem, fila_id=fila, atendente_id=atendente)),
            (1, lambda: ListarAtendentes(quem=quem)),
            (1, lambda: ListarFilas(quem=quem)),
        ]  # fmt: skip
        if elenco.mensagens:
            de, mensagem = r.choice(elenco.mensagens)
            opcoes.append((1, lambda: MarcarLida(quem=quem, ticket_id=de, mensagem_id=mensagem)))
        pesos = [peso for peso, _ in opcoes]
        return r.choices(opcoes, pesos)[0][1]()
