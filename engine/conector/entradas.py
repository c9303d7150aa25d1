"""What came in by a channel, in one form whatever the provider."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from engine.conector.enderecos import Endereco
from engine.conector.trabalhos import ClasseDeErro
from engine.modelo import TipoMensagem

EstadoExterno = Literal["enviado", "entregue", "lido", "falhou"]
"""What a provider says of a message that it was given."""
TipoDeNovidade = Literal["modelo", "qualidade", "conta", "telefone", "conexao"]


class MensagemRecebida(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A contact wrote. The same ``id`` in the same canal is the same message, however often it comes; from an address
    of e-mail, if it comes from the same one.

    ``id``: the provider's own, up to 512 characters. ``de``: who wrote; ``tambem``: other addresses known to be of the
    same person. ``nome``: as the person calls itself, if that is known. ``em``: when it was written, by the provider's
    clock. ``conteudo``: text that a person can read, for every type; up to 65,536 characters. ``arquivo``: the
    ``ficha`` of a file that was stored before. ``assunto``: of a new conversation, where there is such a
    thing. ``responde_a``: the provider's id of the message that this one answers.

    ``metadados``: what else the type carries, always with ``tipoOriginal``, the provider's name of the type. A JSON
    object of at most 64 KB.

    ``mudou_de_endereco``: it tells that ``de`` is not its address any more: the first of its kind in ``tambem`` took
    its place.

    ``automatica``: no person wrote it (an out-of-office note): it is kept, and neither opens nor reopens a ticket.
    """

    id: str
    de: Endereco
    em: int
    conteudo: str
    tambem: tuple[Endereco, ...] = ()
    nome: str | None = None
    tipo: TipoMensagem = "texto"
    arquivo: str | None = None
    assunto: str | None = None
    responde_a: str | None = None
    metadados: dict[str, Any] = {}
    automatica: bool = False
    mudou_de_endereco: bool = False


class StatusRecebido(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """What became of a message that we sent: ``trabalho_id`` is the id of the job if the provider echoes it,
    ``id_externo`` the provider's id of the message; at least one of them. They come in any order, more than once, or
    never. ``classe``, ``codigo`` and ``erro`` say why it failed.
    """

    estado: EstadoExterno
    em: int
    trabalho_id: str | None = None
    id_externo: str | None = None
    classe: ClasseDeErro | None = None
    codigo: str | None = None
    erro: str | None = None


class NovidadeDoCanal(Struct, frozen=True, rename="camel", kw_only=True):
    """Something about the channel itself: ``tipo`` is ``modelo`` (a template changed), ``qualidade``, ``conta`` or
    ``telefone``, and then ``dados`` is what the provider said, as a JSON object; or ``conexao``: with which services
    there is no connection, and why, for people (``{"imap": "…"}``), and nothing when there is with all of them.
    ``pausar``: nothing can be sent until somebody has seen to it; ``motivo`` says why, for people.
    """

    tipo: TipoDeNovidade
    dados: dict[str, Any]
    pausar: bool = False
    motivo: str | None = None


class Modelo(Struct, frozen=True, rename="camel", kw_only=True):
    """A message template as the provider has it. ``parametros``: how many variables its body takes."""

    nome: str
    idioma: str
    estado: str
    categoria: str | None = None
    corpo: str | None = None
    parametros: int = 0
    componentes: list[dict[str, Any]] = []
