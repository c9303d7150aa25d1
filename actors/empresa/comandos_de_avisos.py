"""What somebody may ask about the notices that it gets."""

from __future__ import annotations

from msgspec import Struct

from actors.comandos import Comando
from engine import permissoes
from engine.avisos.modelo import ModeloDeAviso, Preferencias, TipoDeAviso
from engine.avisos.previa import Previa
from engine.modelo import NotificacaoRow, TicketRow


class PreferenciasDeAlguem(Struct, frozen=True):
    """What somebody prefers, and where a mail to it goes; None: no address of its is known."""

    preferencias: Preferencias
    email: str | None
    atualizada_em: int | None


class VerPreferencias(Comando[PreferenciasDeAlguem], frozen=True, kw_only=True):
    """Those of whoever asks."""

    ato = permissoes.TER_PRESENCA


class MudarPreferencias(Comando[PreferenciasDeAlguem], frozen=True, kw_only=True):
    """Those of whoever asks are these from now on; what waits for it is told by them. Invalid, with every problem."""

    ato = permissoes.TER_PRESENCA

    preferencias: Preferencias


class Apresentar(Comando[None], frozen=True, kw_only=True):
    """Whoever asks is somebody of the empresa, who may be told of things by the role with which it comes."""

    ato = permissoes.TER_PRESENCA


class LerNotificacoes(Comando[int], frozen=True, kw_only=True):
    """Whoever asks has read these, which are its own. Says of how many that is news."""

    ato = permissoes.TER_PRESENCA

    rows: tuple[NotificacaoRow, ...]


class PreverAviso(Comando[Previa], frozen=True, kw_only=True):
    """How a template looks: of that ticket, as the caller has read it and may see it, or of one that is made up.
    Invalid, with every problem.
    """

    ato = permissoes.CONFIGURAR

    modelo: ModeloDeAviso
    evento: TipoDeAviso
    ticket: TicketRow | None = None
