"""From an event of the log to what there is to be told of it."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.json import Decoder
from msgspec.structs import replace

from engine import estados
from engine.avisos.modelo import TIPOS, TipoDeAviso
from engine.modelo import EventoRow, TicketRow

DITOS: Final[frozenset[TipoDeAviso]] = frozenset({"ticket_criado", "mencao"})
"""What is not told of an event: whoever makes it happen says so."""
POR_EVENTO: Final[dict[str, TipoDeAviso]] = {tipo: tipo for tipo in TIPOS if tipo not in DITOS}
"""Events of these names are told."""


class Ocorrencia(Struct, frozen=True):
    """Something that happened. ``causador``: who did it, and knows. ``envolvidos``: whom it is about, the ticket's
    owner where nobody else. ``detalhe`` is what somebody wrote, or what more there is to say; ``texto`` is said in
    place of what the event is called.
    """

    tipo: TipoDeAviso
    ticket: TicketRow | None = None
    causador: str | None = None
    envolvidos: tuple[str, ...] = ()
    detalhe: str = ""
    texto: str | None = None


_ALVOS: Final[dict[str, str]] = {
    "primeiraResposta": "Primeira resposta",
    "proximaResposta": "Próxima resposta",
    "resolucao": "Resolução",
}


def do_prazo(alvo: str, porcento: int | None) -> str:
    """What there is to say of a target of a ticket's SLA, of which so much is over; None: it was missed."""
    nome = _ALVOS.get(alvo, alvo)
    return f"{nome}: prazo vencido" if porcento is None else f"{nome}: passou {porcento}% do prazo"


class _Mensagem(Struct, rename="camel"):
    direcao: str | None = None
    conteudo: str | None = None
    arquivo_nome: str | None = None


class _Oferta(Struct):
    atendentes: tuple[str, ...] = ()


class _DeAlguem(Struct, rename="camel"):
    """``atendenteId`` is whom it is for, whoever the ticket's owner is; or else who asked for it."""

    atendente_id: str | None = None
    por: str | None = None


class _Prazo(Struct):
    alvo: str = ""
    porcento: int | None = None


class _Transferencia(Struct):
    nota: str | None = None
    motivo: str | None = None


class _Encerramento(Struct):
    motivo: str | None = None


class _Resposta(Struct):
    nota: int = 0


_ler_mensagem: Final = Decoder(_Mensagem).decode
_ler_oferta: Final = Decoder(_Oferta).decode
_ler_de_alguem: Final = Decoder(_DeAlguem).decode
_ler_prazo: Final = Decoder(_Prazo).decode
_ler_transferencia: Final = Decoder(_Transferencia).decode
_ler_encerramento: Final = Decoder(_Encerramento).decode
_ler_resposta: Final = Decoder(_Resposta).decode


def do_evento(evento: EventoRow, ticket: TicketRow | None) -> Ocorrencia | None:
    """What happened; None: it is not told. ``ticket`` is as the event leaves it."""
    tipo = POR_EVENTO.get(evento.tipo)
    if tipo is None:
        return None
    dono = evento.atendente_id if ticket is None else ticket.atendente_id
    dela = Ocorrencia(tipo, ticket, evento.ator_id, _so(dono), detalhe=(ticket.assunto or "") if ticket else "")
    return _completa(dela, evento.dados)


def _completa(dela: Ocorrencia, dados: str) -> Ocorrencia | None:
    """With what the payload says, which is another in each event."""
    match dela.tipo:
        case "nova_mensagem":
            return _da_mensagem(dela, _ler_mensagem(dados))
        case "oferta":
            return replace(dela, envolvidos=_ler_oferta(dados).atendentes)
        case "ticket_lembrete":
            dito = _ler_de_alguem(dados)
            return replace(dela, envolvidos=_so(dito.atendente_id or dito.por))
        case "sla_alerta" | "sla_violado":
            prazo = _ler_prazo(dados)
            return replace(dela, texto=do_prazo(prazo.alvo, prazo.porcento))
        case "ticket_transferido":
            passagem = _ler_transferencia(dados)
            return replace(dela, detalhe=passagem.nota or passagem.motivo or "")
        case "ticket_encerrado":
            return replace(dela, detalhe=_ler_encerramento(dados).motivo or "")
        case "pesquisa_respondida":
            return replace(dela, texto=f"Pesquisa respondida: nota {_ler_resposta(dados).nota}")
        case _:
            return dela


def _da_mensagem(dela: Ocorrencia, mensagem: _Mensagem) -> Ocorrencia | None:
    """Of what we say nobody is told. Whoever had a ticket that is closed does not have it any more."""
    if mensagem.direcao != "recebida":
        return None
    dono = None if dela.ticket is None else estados.dono(dela.ticket)
    return replace(dela, envolvidos=_so(dono), detalhe=mensagem.conteudo or mensagem.arquivo_nome or "")


def _so(id_: str | None) -> tuple[str, ...]:
    return () if id_ is None else (id_,)
