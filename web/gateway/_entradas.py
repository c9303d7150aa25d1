"""What clients send: the data of each event but ``mensagem:enviar``, whose is :class:`web.acoes.mensagens.Mensagem`.

Fields are of the same kinds, and refused in the same words, as REST's.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from engine.errors import Invalid
from web.pedido.campos import Motivo, Nome, Rotulo, Uuid
from web.pedido.validacao import Dados


class DeTicket(Dados, frozen=True, kw_only=True):
    """``ticket:entrar``, ``ticket:sair``."""

    ticket_id: Uuid


class Digitando(Dados, frozen=True, kw_only=True):
    """``usuario:digitando``. ``nome`` is what the others are shown."""

    ticket_id: Uuid
    nome: Nome | None = None


class Lida(Dados, frozen=True, kw_only=True):
    """``mensagem:lida``."""

    mensagem_id: Uuid


class StatusDoAtendente(Dados, frozen=True, kw_only=True):
    """``atendente:status``."""

    online: bool
    estado: Rotulo | UnsetType = UNSET
    motivo: Motivo | None = None


class Autenticar(Dados, frozen=True, kw_only=True):
    """``autenticar``, the first frame of a client that cannot set headers.

    ``salas`` are rooms to enter before the replay, so that their messages are replayed too.
    """

    token: Annotated[str, Meta(max_length=8192)]
    desde: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    salas: tuple[Uuid, ...] = ()


def objeto(dados: object) -> dict[str, object]:
    """The data of an event, which may be left out where no field is required. Raises Invalid."""
    if dados is None:
        return {}
    if not isinstance(dados, dict):
        raise Invalid("dados_invalidos", "data deve ser um objeto")
    return dados
