"""What a Canal is told by the node and by others, and all that it takes."""

from __future__ import annotations

from msgspec import Struct

from actors.canal.comandos import (
    AtualizarCanal,
    BaterPonto,
    DescartarMortos,
    ExcluirCanal,
    LargarCanal,
    PausarCanal,
    ReceberMensagem,
    ReceberNovidades,
    ReceberStatus,
    ReceberWebhook,
    ReenviarMortos,
    ResponderTrabalho,
    RetomarCanal,
    TomarTrabalhos,
    VerCanal,
    VerConexao,
    VerDespacho,
    VerificarWebhook,
)
from actors.canal.ganchos import (
    AtualizarGancho,
    ExcluirGancho,
    ReenviarEntrega,
    RenovarSegredo,
    TestarGancho,
    VerGancho,
)
from actors.exclusao.mensagens import ExclusaoVencida, TrocarFila, Trocou
from engine.modelo import EnvioRow, Linha, MensagemRow
from engine.ports import PaginaDeEnvios


class Regravar(Struct, frozen=True, gc=False):
    """It was loaded, and is not as it was saved: what was in the open is so no longer."""


class AbrirDespacho(Struct, frozen=True, gc=False):
    """There may be jobs in the store: look at them, though nobody waits for any."""


class NovoEnvio(Struct, frozen=True):
    """A job was saved in the turn that tells this. ``mensagem`` is what it sends, if it is a message."""

    row: EnvioRow
    mensagem: MensagemRow | None


class EsquecerEnvio(Struct, frozen=True, gc=False):
    """What this job was to send was deleted."""

    id: str


class EsquecerDoTicket(Struct, frozen=True, gc=False):
    """A ticket was deleted, with all that was to be sent in it."""

    ticket_id: str


class EsquecerDoContato(Struct, frozen=True, gc=False):
    """A contact was deleted, with all that was to be sent to it: ``contatos`` are all ids by which it was known,
    ``chaves`` its addresses. ``pais``: that of phones that say none.
    """

    contatos: frozenset[str]
    chaves: frozenset[str]
    pais: str


class AcordarDespacho(Struct, frozen=True, gc=False):
    """It is ``quando`` (ms): there is something to do."""

    quando: int


class EnviosLidos(Struct, frozen=True):
    """What the store has of a line; None: it could not be read. ``leitura`` is what it was asked with."""

    linha: Linha
    leitura: int
    pagina: PaginaDeEnvios | None


class EnviosAchados(Struct, frozen=True):
    """The jobs that were looked for, or why they could not be read. ``consulta`` is what they were asked with."""

    consulta: int
    rows: list[EnvioRow]
    erro: BaseException | None


CorreioDoCanal = (
    Regravar
    | VerCanal
    | VerConexao
    | AtualizarCanal
    | PausarCanal
    | RetomarCanal
    | TrocarFila
    | ExcluirCanal
    | Trocou
    | ExclusaoVencida
    | AbrirDespacho
    | NovoEnvio
    | EsquecerEnvio
    | EsquecerDoContato
    | EsquecerDoTicket
    | AcordarDespacho
    | EnviosLidos
    | EnviosAchados
    | TomarTrabalhos
    | ResponderTrabalho
    | LargarCanal
    | BaterPonto
    | ReceberWebhook
    | VerificarWebhook
    | ReceberMensagem
    | ReceberStatus
    | ReceberNovidades
    | VerDespacho
    | ReenviarMortos
    | DescartarMortos
    | VerGancho
    | AtualizarGancho
    | RenovarSegredo
    | ExcluirGancho
    | TestarGancho
    | ReenviarEntrega
)
