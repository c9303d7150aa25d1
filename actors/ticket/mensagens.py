"""What a Ticket is told by the others, and all that it takes."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from actors.balanceamento.mensagens import Rebalancear
from actors.exclusao.mensagens import TrocarCanal, TrocarDono, TrocarFila
from actors.ticket.comandos import (
    AceitarOferta,
    AdiarTicket,
    AtribuirTicket,
    AtualizarTicket,
    CancelarAdiamento,
    ContarEntrega,
    CriarNota,
    EditarNota,
    EncerrarTicket,
    EnviarMensagem,
    ExcluirMensagem,
    ExcluirNota,
    ExcluirTicket,
    MarcarEntregas,
    MarcarLida,
    MarcarLidas,
    PreencherResposta,
    ReabrirTicket,
    RecusarOferta,
    SinalizarDigitacao,
    TransferirTicket,
    VerNaFila,
    VerPosicao,
    VerTicket,
)
from engine.distribuicao import Encaminhamento, OfertaCaiu, Promessa
from engine.modelo import ContatoRow, Quem


class DonoOffline(Struct, frozen=True, gc=False):
    """The agent that owns you went offline: leave it, if your fila is set so."""

    atendente_id: str


class MudarDeFila(Struct, frozen=True, gc=False):
    """The fila no longer exists: wait in the default one."""

    fila_id: str


class OfertaVencida(Struct, frozen=True, gc=False):
    """The time is over by which somebody to whom you are offered was to say something."""

    ate: int


class SilencioVencido(Struct, frozen=True, gc=False):
    """Your owner was to answer by then."""

    ate: int


class MensagemDeEsperaVencida(Struct, frozen=True, gc=False):
    """Your contact is to be told then where you stand in line."""

    em: int


class SlaVencido(Struct, frozen=True, gc=False):
    """Something of what you promise is due then."""

    em: int


class PesquisaVencida(Struct, frozen=True, gc=False):
    """Your contact is to be asked then what it thinks."""

    em: int


class AdiamentoVencido(Struct, frozen=True, gc=False):
    """You are put off no longer than that."""

    ate: int


class SilencioDoContatoVencido(Struct, frozen=True, gc=False):
    """Your contact was to answer by then, or something comes of it."""

    em: int


class Pesquisar(Struct, frozen=True, gc=False):
    """Your contact, who was to be asked at ``em``, may be asked now, or may not (``sim``)."""

    em: int
    sim: bool


class RecalcularSla(Struct, frozen=True, gc=False):
    """The rules of what you promise may have changed."""


class AvisoSaiu(Struct, frozen=True, gc=False):
    """The message that warns your contact has left, or will not."""

    mensagem_id: str


class ReverSilencio(Struct, frozen=True, gc=False):
    """The rules of silence are others now, or the hours that they count."""


class FilaFechou(Struct, frozen=True, gc=False):
    """Your fila is closed from now on, and does not leave what nobody has answered with its owners."""


class Puxado(Struct, frozen=True, gc=False):
    """An agent has asked for its next ticket, and that is you: a slot of it is kept for you."""

    quem: Quem
    promessa: Promessa


class ContatoMudou(Struct, frozen=True, gc=False):
    """Your contact is now so: ``quem`` changed it. ``trocas``: where it is answered in place of addresses that are not
    its own any more.
    """

    quem: Quem
    contato: ContatoRow
    trocas: Mapping[str, str | None]


class DeixarDeSerDoCanal(Struct, frozen=True, gc=False):
    """Your contact turned out to be one with which the canal has another conversation: you are a ticket beside it."""

    quem: Quem


CorreioDoTicket = (
    VerTicket
    | VerNaFila
    | VerPosicao
    | AtualizarTicket
    | EncerrarTicket
    | ReabrirTicket
    | ExcluirTicket
    | Promessa
    | Encaminhamento
    | Puxado
    | SilencioVencido
    | MensagemDeEsperaVencida
    | PesquisaVencida
    | Pesquisar
    | SlaVencido
    | RecalcularSla
    | AdiarTicket
    | CancelarAdiamento
    | AdiamentoVencido
    | SilencioDoContatoVencido
    | AvisoSaiu
    | ReverSilencio
    | FilaFechou
    | OfertaCaiu
    | OfertaVencida
    | AceitarOferta
    | RecusarOferta
    | AtribuirTicket
    | TransferirTicket
    | DonoOffline
    | EnviarMensagem
    | MarcarEntregas
    | SinalizarDigitacao
    | MarcarLida
    | MarcarLidas
    | ExcluirMensagem
    | CriarNota
    | EditarNota
    | ExcluirNota
    | PreencherResposta
    | ContarEntrega
    | ContatoMudou
    | DeixarDeSerDoCanal
    | MudarDeFila
    | TrocarFila
    | TrocarCanal
    | TrocarDono
    | Rebalancear
)
