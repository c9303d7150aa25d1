"""What may be asked of a canal, and that there be one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from actors.comandos import Comando, ComandoCanal
from engine import permissoes
from engine.conector.entradas import MensagemRecebida, Modelo, NovidadeDoCanal, StatusRecebido
from engine.conector.protocolo import EmMaos
from engine.conector.trabalhos import Resultado, Trabalho
from engine.conector.webhooks_whatsapp import Alvo, Envelope
from engine.modelo import Arquivo, CanalRow, EnvioRow, MensagemRow, NomeDoTrabalho, TipoComContatos


class CanalEstado(Struct, frozen=True):
    """A canal, and the names of its secrets: their values are not told."""

    row: CanalRow
    segredos: tuple[str, ...]


class ConexaoDoCanal(Struct, frozen=True):
    """A canal, and its secrets: a JSON object as text, empty for who may not have them."""

    row: CanalRow
    segredos: str

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"ConexaoDoCanal(canal_id={self.row.id!r}, …)"


class CriarCanal(Comando[CanalEstado], frozen=True, kw_only=True):
    """``config`` is a JSON object as text; what of it is secret is known by the ``tipo``."""

    ato = permissoes.CONFIGURAR

    nome: str
    tipo: TipoComContatos
    fila_id: str | None = None
    ativo: bool = True
    config: str = "{}"

    def __repr__(self) -> str:
        """Without ``config``, where secrets are."""
        return f"CriarCanal(nome={self.nome!r}, tipo={self.tipo!r}, …)"


class ListarCanais(Comando[list[CanalEstado]], frozen=True, kw_only=True):
    """Every canal not deleted, by name."""

    ato = permissoes.VER_CANAIS


class VerCanal(ComandoCanal[CanalEstado], frozen=True, kw_only=True):
    ato = permissoes.VER_CANAIS


class AtualizarCanal(ComandoCanal[CanalEstado], frozen=True, kw_only=True):
    """``config`` (a JSON object as text) replaces what was shown; of its secrets each one that is named replaces its
    value, and null takes it away. Conflict if there are then too many.
    """

    ato = permissoes.CONFIGURAR

    nome: str | UnsetType = UNSET
    fila_id: str | UnsetType | None = UNSET
    ativo: bool | UnsetType = UNSET
    config: str | UnsetType = UNSET

    def __repr__(self) -> str:
        """Without ``config``, where secrets are."""
        return f"AtualizarCanal(canal_id={self.canal_id!r}, …)"


class ExcluirCanal(ComandoCanal[None], frozen=True, kw_only=True):
    """Conflict while open tickets came by it, unless ``realocar`` names the canal by which they go on."""

    ato = permissoes.CONFIGURAR

    realocar: str | None = None


class PausarCanal(ComandoCanal[CanalEstado], frozen=True, kw_only=True):
    """Nothing more is sent by it until ``RetomarCanal``; what was handed out is answered still."""

    ato = permissoes.CONFIGURAR

    motivo: str | None = None


class RetomarCanal(ComandoCanal[CanalEstado], frozen=True, kw_only=True):
    """Send again, and at once: also what the circuit breaker or the provider's wish for a rest held up."""

    ato = permissoes.CONFIGURAR


# -- what its connector asks -------------------------------------------------------------------------------------------


class TomarTrabalhos(ComandoCanal[list[Trabalho]], frozen=True, kw_only=True):
    """At most ``quantos`` jobs for ``conector``. It is answered when there is one, and with nothing when ``conector``
    lets go of the canal. What is handed out is durably so.
    """

    ato = permissoes.CONECTAR

    conector: str
    quantos: int


class ResponderTrabalho(ComandoCanal[None], frozen=True, kw_only=True):
    """What became of a job. It may be said again, and late: it counts once. Conflict unless the job was given to that
    connector, and to nobody since.
    """

    ato = permissoes.CONECTAR
    sempre = True

    conector: str
    resultado: Resultado


class LargarCanal(ComandoCanal[None], frozen=True, kw_only=True):
    """``conector`` waits for no more jobs of this canal. ``tem``: those that it has still (None: all that it was
    given); the others are taken for lost.
    """

    ato = permissoes.CONECTAR
    sempre = True

    conector: str
    tem: tuple[EmMaos, ...] | None = None


class BaterPonto(ComandoCanal[None], frozen=True, kw_only=True):
    """``conector`` is at work on what it was given: it has longer. ``tem``: those that it has still (None: all)."""

    ato = permissoes.CONECTAR
    sempre = True

    conector: str
    tem: tuple[EmMaos, ...] | None = None


class ReceberStatus(ComandoCanal[None], frozen=True, kw_only=True):
    """What the provider says of messages that we sent, at most 1,000. What names a message that no answer has named yet
    is kept for a while, in memory.
    """

    ato = permissoes.CONECTAR

    status: tuple[StatusRecebido, ...]


class ReceberNovidades(ComandoCanal[None], frozen=True, kw_only=True):
    """What the provider says of the canal itself. ``modelos``: all its templates, as they are now."""

    ato = permissoes.CONECTAR

    novidades: tuple[NovidadeDoCanal, ...]
    modelos: tuple[Modelo, ...] | None = None


class ReceberWebhook(ComandoCanal[tuple[Alvo, ...]], frozen=True, kw_only=True):
    """What a provider sent: it is kept until a connector has read it. ``cabecalhos`` have names in lower case; ``url``
    is the address that was called, as the provider knows it. Raises Forbidden if it is not signed by the provider.

    Of an ``envelope`` only what concerns the canal is kept, of ``alvos``: the answer is which of them do.
    ``no_endereco``: it came to the canal's own address, so that what says nothing of whom it concerns does concern it.
    """

    ato = permissoes.CONECTAR

    corpo: bytes
    tipo_de_conteudo: str
    cabecalhos: Mapping[str, str]
    url: str
    envelope: Envelope | None = None
    alvos: tuple[Alvo, ...] = ()
    no_endereco: bool = False


class VerificarWebhook(ComandoCanal[str], frozen=True, kw_only=True):
    """A provider asks whether the address of the canal's webhook is ours: the answer is what it wants to hear back.
    Raises Forbidden if the token in its ``consulta`` is not the canal's.
    """

    ato = permissoes.CONECTAR

    consulta: Mapping[str, str]


class ItemDeEntrada(Struct, frozen=True):
    """What a contact wrote. ``arquivo`` is stored already, and nobody's until this is done."""

    mensagem: MensagemRecebida
    arquivo: Arquivo | None = None


class EntradaAnotada(Struct, frozen=True):
    """What became of a message that came in: ``id`` is the one that it has here, ``id_externo`` its provider's. See
    :class:`engine.conector.protocolo.ItemAnotado`.
    """

    id: str
    id_externo: str
    situacao: Literal["nova", "repetida", "ignorada", "recusada", "falhou"]
    ticket_id: str | None = None
    message: str | None = None


class ReceberMensagens(ComandoCanal[list[EntradaAnotada]], frozen=True, kw_only=True):
    """Contacts wrote by this canal, at most 1,000 messages. The node takes it apart: each message is stored once."""

    ato = permissoes.CONECTAR

    itens: tuple[ItemDeEntrada, ...]


class ReceberMensagem(ComandoCanal[MensagemRow], frozen=True, kw_only=True):
    """A contact wrote by this canal. Answered by the message as it is stored. The node sees to it that none comes
    twice. ``id`` is made of the provider's (:func:`engine.conector.ids.id_de_entrada`). Conflict if the canal takes
    nothing.
    """

    ato = permissoes.ENTRE_ATORES

    id: str
    mensagem: MensagemRecebida
    arquivo: Arquivo | None = None


class VerConexao(ComandoCanal[ConexaoDoCanal], frozen=True, kw_only=True):
    """The canal as its connector needs it. ``com_segredos``: with their values, for a connector that may have them."""

    ato = permissoes.CONECTAR

    com_segredos: bool = False


# -- how the outbox stands, and dead letters ---------------------------------------------------------------------------


class DespachoVisto(Struct, frozen=True):
    """What only the canal itself knows of its jobs: how many of each kind were done in the minute before ``agora``
    (ms), and until when its circuit breaker lets nothing out; None: it does. ``descansa_ate``: nothing goes out before
    then because the provider asked for that, and ``descanso_motivo`` says why; None: it goes.
    """

    agora: int
    feitos: dict[NomeDoTrabalho, int]
    aberto_ate: int | None
    descansa_ate: int | None = None
    descanso_motivo: str | None = None


class VerDespacho(ComandoCanal[DespachoVisto], frozen=True, kw_only=True):
    ato = permissoes.CONFIGURAR


class MortosTratados(Struct, frozen=True):
    """How many dead letters there were among those that were named; ``ha_mais`` is what the command said."""

    quantos: int
    ha_mais: bool


class ReenviarMortos(ComandoCanal[MortosTratados], frozen=True, kw_only=True):
    """Try these dead letters again, at most 1,000; what is none is left alone. ``ha_mais``: these were not all that
    whoever asks wants tried, which is part of the answer.
    """

    ato = permissoes.CONFIGURAR

    ids: tuple[str, ...]
    ha_mais: bool = False


class DescartarOrfaos(Comando[MortosTratados], frozen=True, kw_only=True):
    """Give up for good these dead letters of a canal that was deleted, whose there is nobody else to change them.
    ``rows`` are as they are stored. ``ha_mais``: as of :class:`ReenviarMortos`.
    """

    ato = permissoes.CONFIGURAR

    canal_id: str
    rows: tuple[EnvioRow, ...]
    ha_mais: bool = False


class DescartarMortos(ComandoCanal[MortosTratados], frozen=True, kw_only=True):
    """Give these dead letters up for good, at most 1,000. ``ha_mais``: as of :class:`ReenviarMortos`."""

    ato = permissoes.CONFIGURAR

    ids: tuple[str, ...]
    ha_mais: bool = False
