"""From an event of the log to what there is to be told of it."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.json import Decoder

from engine import estados
from engine.avisos.modelo import TIPOS, TipoDeAviso
from engine.modelo import EventoRow, TicketRow

DITOS: Final[frozenset[TipoDeAviso]] = frozenset({"ticket_criado"})
"""What no event says all of: whoever makes it happen says so."""
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


class _Dados(Struct, rename="camel"):
    """What of the payloads matters here; each event has some of it."""

    direcao: str | None = None
    conteudo: str | None = None
    arquivo_nome: str | None = None
    atendentes: tuple[str, ...] = ()
    atendente_id: str | None = None
    motivo: str | None = None
    nota: str | None = None
    comentario: str | None = None
    alvo: str | None = None
    porcento: int | None = None


_ler: Final = Decoder(_Dados).decode


def do_evento(evento: EventoRow, ticket: TicketRow | None) -> Ocorrencia | None:
    """What happened; None: it is not told. ``ticket`` is as the event leaves it."""
    tipo = POR_EVENTO.get(evento.tipo)
    if tipo is None:
        return None
    dados = _ler(evento.dados)
    if tipo == "nova_mensagem" and dados.direcao != "recebida":
        return None
    return Ocorrencia(
        tipo,
        ticket,
        evento.ator_id,
        _envolvidos(tipo, dados, evento, ticket),
        _detalhe(tipo, dados, ticket),
        None if dados.alvo is None else do_prazo(dados.alvo, dados.porcento),
    )


def _envolvidos(tipo: TipoDeAviso, dados: _Dados, evento: EventoRow, ticket: TicketRow | None) -> tuple[str, ...]:
    if tipo == "oferta":
        return dados.atendentes
    if tipo == "mencao":
        return () if dados.atendente_id is None else (dados.atendente_id,)
    dono = evento.atendente_id if ticket is None else ticket.atendente_id
    if ticket is not None and tipo == "nova_mensagem":
        dono = estados.dono(ticket)
    return () if dono is None else (dono,)


def _detalhe(tipo: TipoDeAviso, dados: _Dados, ticket: TicketRow | None) -> str:
    match tipo:
        case "nova_mensagem":
            return dados.conteudo or dados.arquivo_nome or ""
        case "ticket_transferido":
            return dados.nota or dados.motivo or ""
        case "ticket_encerrado":
            return dados.motivo or ""
        case "pesquisa_respondida":
            return dados.comentario or ""
        case _:
            return (ticket.assunto or "") if ticket is not None else ""
