"""The frames of ``/conectores/ws``, version 1. One JSON object in each text frame; ``tipo`` says which.

::

    connector                              engine
    ola {versao, conector, emMaos}    ──►
                                      ◄──  bemvindo {versao, batidaMs, canais}
    assinar {canalId, credito}        ──►
                                      ◄──  trabalho {…}            (one of the credit is used)
    resultado {id, tentativa, …}      ──►                          (and given back)
                                      ◄──  anotado {id, tentativa}  when it is durable
    entrada {ref, canalId, …}         ──►
                                      ◄──  ack {ref, …}            when it is durable
                                      ◄──  testar {ref, canalId}
    testado {ref, problemas}          ──►
    batida {}                         ──►
                                      ◄──  batida {}
"""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import Struct

from engine.conector.entradas import MensagemRecebida, Modelo, NovidadeDoCanal, StatusRecebido
from engine.conector.trabalhos import Resultado, Trabalho
from engine.modelo import TipoCanal

VERSAO: Final = 1
ENTRADAS_NO_MAXIMO: Final = 1_000
"""Things in one ``entrada``."""
CREDITO_MAXIMO: Final = 1_000
"""Jobs of one canal that one connector may have at once."""


class EmMaos(Struct, frozen=True, rename="camel", omit_defaults=True):
    """A job that the connector has still, from before the connection. ``canal_id`` None: of any of its canais."""

    id: str
    tentativa: int
    canal_id: str | None = None


# -- what a connector says ---------------------------------------------------------------------------------------------


class Ola(Struct, frozen=True, rename="camel", tag="ola", tag_field="tipo", kw_only=True):
    """First frame. ``conector`` names this connector and stays the same when it starts again: another connection of
    that name is closed, and its jobs that are not in ``em_maos`` are taken for lost at once. ``tipos``: it
    serves only canais of these kinds; none named: of all.
    """

    versao: int
    conector: str
    em_maos: tuple[EmMaos, ...] = ()
    tipos: tuple[TipoCanal, ...] = ()


class Assinar(Struct, frozen=True, rename="camel", tag="assinar", tag_field="tipo", kw_only=True):
    """Take jobs of a canal, at most ``credito`` at once; said again it changes the credit."""

    canal_id: str
    credito: int


class Largar(Struct, frozen=True, rename="camel", tag="largar", tag_field="tipo", kw_only=True):
    """Take no more of a canal. What it has already it answers still."""

    canal_id: str


class Respondido(Resultado, frozen=True, rename="camel", tag="resultado", tag_field="tipo", kw_only=True):
    """What became of a job."""


class Entrada(Struct, frozen=True, rename="camel", omit_defaults=True, tag="entrada", tag_field="tipo", kw_only=True):
    """What came in, at most 1,000 things at once. It is answered by an :class:`Ack` with the same ``ref``.

    ``modelos``: all the templates of the canal, as the provider has them now.
    """

    ref: int
    canal_id: str
    mensagens: tuple[MensagemRecebida, ...] = ()
    status: tuple[StatusRecebido, ...] = ()
    novidades: tuple[NovidadeDoCanal, ...] = ()
    modelos: tuple[Modelo, ...] | None = None


class Testado(Struct, frozen=True, rename="camel", tag="testado", tag_field="tipo", kw_only=True):
    """What is wrong with the canal of the :class:`Testar` with this ``ref``: sentences that say what to do, with no
    secret in them; none: it works.
    """

    ref: int
    problemas: tuple[str, ...] = ()


class Batida(Struct, frozen=True, tag="batida", tag_field="tipo"):
    """I am here, and at work on what I was given. Both sides say it."""


DoConector = Ola | Assinar | Largar | Respondido | Entrada | Testado | Batida

# -- what the engine says ----------------------------------------------------------------------------------------------


class CanalDoConector(Struct, frozen=True, rename="camel", kw_only=True):
    """A canal as its connector needs it. ``segredos`` are there only for a token that may have them."""

    id: str
    empresa_id: str
    nome: str
    tipo: TipoCanal
    config: dict[str, Any]
    segredos: dict[str, Any] = {}

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"CanalDoConector(id={self.id!r}, tipo={self.tipo!r}, …)"


class BemVindo(Struct, frozen=True, rename="camel", tag="bemvindo", tag_field="tipo", kw_only=True):
    """The connection is good. ``batida_ms``: say ``batida`` at least that often; three times later it is closed."""

    versao: int
    batida_ms: int
    canais: tuple[CanalDoConector, ...]


class CanalMudou(Struct, frozen=True, rename="camel", tag="canal", tag_field="tipo", kw_only=True):
    """A canal is new, or has changed, or (``canal`` is None) is not there any more."""

    canal_id: str
    canal: CanalDoConector | None


class Entregue(
    Trabalho, frozen=True, rename="camel", omit_defaults=True, tag="trabalho", tag_field="tipo", kw_only=True
):
    """A job."""


class Anotado(Struct, frozen=True, rename="camel", omit_defaults=True, tag="anotado", tag_field="tipo", kw_only=True):
    """The answer to a job is durable. ``ok`` False: it came too late, or the job is another's; ``message`` says so."""

    id: str
    tentativa: int
    ok: bool
    message: str | None = None


class ItemAnotado(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """What became of a message that came in: it is new, was there already, is of no conversation (``ignorada``: what
    nobody wrote opens no ticket), was not taken (``recusada``: it never will be), or could not be stored by a fault of
    ours (``falhou``: send it again, and not for ever).
    """

    id: str
    situacao: Literal["nova", "repetida", "ignorada", "recusada", "falhou"]
    ticket_id: str | None = None
    message: str | None = None


class Ack(Struct, frozen=True, rename="camel", omit_defaults=True, tag="ack", tag_field="tipo", kw_only=True):
    """All of an ``entrada`` is durable; or (``ok`` False) nothing is sure, and it must be sent again after
    ``tentar_em_ms``.
    """

    ref: int
    ok: bool
    mensagens: tuple[ItemAnotado, ...] = ()
    codigo: str | None = None
    message: str | None = None
    tentar_em_ms: int | None = None


class Testar(Struct, frozen=True, rename="camel", tag="testar", tag_field="tipo", kw_only=True):
    """Somebody wants to know whether this canal works: find out, without sending anything to anybody, and say so within
    30 seconds.
    """

    ref: int
    canal_id: str


class Recusado(Struct, frozen=True, rename="camel", omit_defaults=True, tag="erro", tag_field="tipo", kw_only=True):
    """A frame that makes no sense, or asks for what the token may not have. The connection goes on."""

    codigo: str
    message: str
    canal_id: str | None = None


DoMotor = BemVindo | CanalMudou | Entregue | Anotado | Ack | Testar | Recusado | Batida
