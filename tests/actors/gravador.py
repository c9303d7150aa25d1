"""An actor that does nothing but take down what its parts ask of it: for tests of parts, without a runtime."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from engine.modelo import EmpresaRow, EventoRow, Row, TicketRow
from engine.runtime import Ask, Reply, Timer

R = TypeVar("R", bound=Row)


class Caixa:
    """A mailbox: what was put into it, in order. An Ask is shown as its message."""

    def __init__(self) -> None:
        self.mensagens: list[object] = []
        self.pedidos: list[Ask[Any]] = []

    def tell(self, message: object) -> None:
        self.mensagens.append(message)

    def deliver(self, message: object) -> None:
        self.mensagens.append(message)

    def forward(self, message: object, reply: Reply[Any]) -> None:
        self.mensagens.append(message)
        self.pedidos.append(Ask(message, reply))

    def put_back(self, asks: Iterable[Ask[Any]]) -> None:
        voltam = list(asks)
        self.mensagens[:0] = [ask.message for ask in voltam]
        self.pedidos[:0] = voltam


class Gravador(Generic[R]):
    """Implements :class:`~engine.runtime.Stateful`. Turns are not begun: a test that is done with what one caused calls
    :meth:`soltar`.
    """

    def __init__(self, row: R, now: int = 1_000) -> None:
        self.row = row
        self.ref = Caixa()
        self.agora = now
        self.seq = 0
        self.parou = False
        self.rows: list[Row] = []
        self.eventos: list[EventoRow] = []
        self.prazos: list[tuple[int, object]] = []
        self.resposta: Reply[Any] = Reply()
        self._respostas: list[tuple[Reply[Any], object, BaseException | None]] = []
        self._depois: list[Callable[[], None]] = []

    def soltar(self) -> None:
        """The turn has succeeded, and is durable."""
        respostas, self._respostas = self._respostas, []
        for reply, value, error in respostas:
            if error is None:
                reply.set(value)
            else:
                reply.fail(error)
        depois, self._depois = self._depois, []
        for chamada in depois:
            chamada()
        self.resposta = Reply()

    # -- what an actor offers ----------------------------------------------------------------------------------------

    def become(self, row: Any) -> None:
        self.row = row
        self.rows.append(row)

    def save(self, row: Row) -> None:
        self.rows.append(row)

    def publish(self, event: EventoRow) -> None:
        self.seq += 1
        self.eventos.append(event)

    def next_seq(self) -> int:
        return self.seq + 1

    def at(self, deadline: int, message: object) -> Timer:
        self.prazos.append((deadline, message))
        return Timer(deadline, None, message)  # type: ignore[arg-type]  # nobody fires it

    def once_released(self, callback: Callable[[], None]) -> None:
        self._depois.append(callback)

    def defer(self) -> Reply[Any]:
        return self.resposta

    def answer(self, reply: Reply[Any], value: object) -> None:
        self._respostas.append((reply, value, None))

    def refuse(self, reply: Reply[Any], error: BaseException) -> None:
        self._respostas.append((reply, None, error))

    def stop(self) -> None:
        self.parou = True

    def now(self) -> int:
        return self.agora


def empresa() -> EmpresaRow:
    return EmpresaRow("e1", "Empresa", 0, 0)


def ticket(id_: str, *, excluido_em: int | None = None) -> TicketRow:
    return TicketRow(
        "e1", id_, 1, "FECHADO", "NORMAL", "Contato", None, None, None, "f1", None, None, False, 0, 0, 0, None, None, 0,
        excluido_em=excluido_em,
    )  # fmt: skip
