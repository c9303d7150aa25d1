"""What happens to people: those who attend, and those who write to us."""

from __future__ import annotations

from engine.eventos._evento import Evento
from engine.vistas import AtendenteVista, ContatoVista


class AtendenteCriado(Evento, frozen=True):
    """The atendente as it begins; or begins again, if it had been deleted."""

    tipo = "atendente_criado"

    atendente: AtendenteVista


class AtendenteAtualizado(Evento, frozen=True):
    """The atendente as it is now."""

    tipo = "atendente_atualizado"

    atendente: AtendenteVista


class AtendenteStatus(Evento, frozen=True):
    """Its presence is this now."""

    tipo = "atendente_status"

    id: str
    nome: str
    online: bool
    estado: str
    motivo: str | None


class ArremateEncerrado(Evento, frozen=True):
    """The atendente is done with wrapping up these tickets before its time: their slots are free."""

    tipo = "arremate_encerrado"

    id: str
    ticket_ids: tuple[str, ...]


class AtendenteExcluido(Evento, frozen=True):
    """It is gone, and not let in any more."""

    tipo = "atendente_excluido"

    id: str


class AcessoRevogado(Evento, frozen=True):
    """Tokens of the user issued up to ``valeDesde`` (ISO time) are not taken any more."""

    tipo = "acesso_revogado"

    usuario_id: str
    vale_desde: str


class ContatoCriado(Evento, frozen=True):
    """The contact as it begins."""

    tipo = "contato_criado"

    contato: ContatoVista


class ContatoAtualizado(Evento, frozen=True):
    """The contact as it is now."""

    tipo = "contato_atualizado"

    contato: ContatoVista


class ContatoUnido(Evento, frozen=True):
    """The contact ``unidoId`` became part of ``id``, which is now as ``contato`` shows."""

    tipo = "contato_unido"

    id: str
    unido_id: str
    contato: ContatoVista


class ContatoExcluido(Evento, frozen=True):
    """It is gone, and so are ``unidos``, which had been merged into it."""

    tipo = "contato_excluido"

    id: str
    unidos: tuple[str, ...]
