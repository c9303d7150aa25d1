"""What an Atendente is told by itself and by the node, and all that it takes."""

from __future__ import annotations

from msgspec import Struct

from actors.atendente.comandos import (
    AtualizarAtendente,
    Conectou,
    Desconectou,
    EncerrarArremates,
    ExcluirAtendente,
    MudarPresenca,
    VerArremates,
    VerAtendente,
    VerEstados,
)
from actors.exclusao.mensagens import ExclusaoVencida, Trocou


class Iniciar(Struct, frozen=True, gc=False):
    """First message after activation: whoever was held online by a connection may come back."""


class GracaVencida(Struct, frozen=True, gc=False):
    """The grace period that ends at ``prazo`` is over: no connection came back."""

    prazo: int


class RespondeuOferta(Struct, frozen=True, gc=False):
    """An offer of a fila was answered, or let pass."""

    fila_id: str
    respondeu: bool


CorreioDoAtendente = (
    Iniciar
    | MudarPresenca
    | Conectou
    | Desconectou
    | GracaVencida
    | RespondeuOferta
    | VerArremates
    | EncerrarArremates
    | VerAtendente
    | VerEstados
    | AtualizarAtendente
    | ExcluirAtendente
    | Trocou
    | ExclusaoVencida
)
