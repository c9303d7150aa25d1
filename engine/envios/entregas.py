"""Deliveries of events to other systems: jobs ``entregar_webhook`` of a canal of type ``webhook``.

They are written down with the event itself, in the same commit, and stand in the lane of its ticket; what concerns no
ticket has one lane. So nothing is lost between the log and the outbox, and nothing is told out of order. The job names
the event and does not hold it: what a deletion blanks in the log is not told later.

Of tries there are as many as three days hold (``webhooks_de_saida.espera_ms``), instead of so many times.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from engine.conector.trabalhos import EntregaDeEvento, Resultado
from engine.conector.webhooks_de_saida import espera_ms
from engine.envios.estados import Saude
from engine.envios.politica import DEVOLVIDO_MS
from engine.eventos import para_fora
from engine.modelo import EnvioRow, EventoRow
from engine.tempo import iso
from engine.vistas import codificar, json_text

TESTE: Final = "teste"
"""The name of what is sent to see whether it arrives. It is tried once, and is no event of the log."""
DESATIVAR: Final = "410"
"""``codigo`` of an answer that asks for nothing more (RFC 9110 §15.5.11)."""
RAIA_DA_EMPRESA: Final = "empresa"
PERDIDA_MS: Final = 2_000
"""How long to wait with what a connector was lost with."""
_RESPOSTA_MAXIMA: Final = 512
_ERRO_MAXIMO: Final = 500
"""Characters that are kept."""


class Registro(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """What stands in ``dados`` of such a job: the event, and what came of the last try. ``desde``: when it failed first
    (ms), since it was last sent anew.
    """

    evento: str
    em: int
    seq: int | None = None
    desde: int | None = None
    status: int | None = None
    duracao_ms: int | None = None
    resposta: str | None = None


_ler: Final = msgspec.json.Decoder(Registro).decode


def registro_de(row: EnvioRow) -> Registro:
    return _ler(row.dados)


def de_evento(id_: str, canal_id: str, evento: EventoRow) -> EnvioRow:
    """The job that tells of an event, written down in its turn. It names no ``ticket_id``: deleting a ticket takes what
    was to be sent to its contact, and that it was deleted is to be told.
    """
    raia = RAIA_DA_EMPRESA if evento.ticket_id is None else evento.ticket_id
    registro = Registro(evento=evento.tipo, em=evento.em, seq=evento.seq)
    return _nova(id_, evento.empresa_id, canal_id, raia, 2 * evento.seq, registro)


def de_teste(id_: str, empresa_id: str, canal_id: str, ordem: int, now: int) -> EnvioRow:
    """A test, in a lane of its own: it does not wait for what fails."""
    return _nova(id_, empresa_id, canal_id, f"{TESTE} {id_}", ordem, Registro(evento=TESTE, em=now))


def _nova(id_: str, empresa_id: str, canal_id: str, raia: str, ordem: int, registro: Registro) -> EnvioRow:
    return EnvioRow(
        empresa_id,
        id_,
        canal_id,
        "saida",
        "entregar_webhook",
        "pendente",
        raia,
        ordem,
        json_text(registro),
        registro.em,
        registro.em,
    )


# -- what is sent ------------------------------------------------------------------------------------------------------


class _Corpo(Struct, frozen=True):
    type: str
    timestamp: str
    data: Raw
    empresaId: str  # noqa: N815  # as it is on the wire, beside the names of Standard Webhooks
    seq: int | None


def corpo_de(evento: EventoRow) -> str:
    """What a receiver is sent of an event: JSON text, without what is internal."""
    dados = Raw(para_fora(evento.tipo, evento.dados).encode())
    return codificar(_Corpo(evento.tipo, iso(evento.em), dados, evento.empresa_id, evento.seq)).decode()


def corpo_do_teste(empresa_id: str, canal_id: str, entrega: EntregaDeEvento) -> str:
    dados = Raw(json_text({"webhookId": canal_id}).encode())
    return codificar(_Corpo(entrega.evento, iso(entrega.em), dados, empresa_id, None)).decode()


# -- what became of it -------------------------------------------------------------------------------------------------


def julgar(row: EnvioRow, resultado: Resultado, now: int, sorteio: float) -> tuple[EnvioRow, Saude]:
    """What an answer makes of a job, and what it says of the receiver. ``sorteio``: drawn evenly from 0 to 1."""
    if resultado.desfecho == "devolvido":
        return _de_volta(row, now, now + DEVOLVIDO_MS), "nada"
    registro = replace(
        registro_de(row),
        status=resultado.status,
        duracao_ms=resultado.duracao_ms,
        resposta=None if resultado.resposta is None else resultado.resposta[:_RESPOSTA_MAXIMA],
    )
    if resultado.desfecho in {"aceito", "entregue", "lido"}:
        feito = replace(row, estado="entregue", proxima_em=None, prazo=None, codigo=None, erro=None, atualizado_em=now)
        return replace(feito, dados=json_text(registro)), "boa"
    return _falhou(row, registro, resultado, now, sorteio)


def _falhou(
    row: EnvioRow, registro: Registro, resultado: Resultado, now: int, sorteio: float
) -> tuple[EnvioRow, Saude]:  # fmt: skip
    falhas = row.falhas + (resultado.classe != "final")  # which is no fault of the receiver's
    desde = now if registro.desde is None else registro.desde
    codigo, erro = resultado.codigo or "falhou", resultado.erro
    depois = replace(
        row,
        falhas=falhas,
        dados=json_text(replace(registro, desde=desde)),
        codigo=codigo[:100],
        erro=None if erro is None else erro[:_ERRO_MAXIMO],
    )
    if registro.evento == TESTE or resultado.classe == "final":
        return _morta(depois, now), "nada"
    espera = espera_ms(falhas, now - desde, sorteio, resultado.tentar_em_ms)
    if espera is None or codigo == DESATIVAR:
        return _morta(depois, now), "ma"
    return _de_volta(depois, now, now + espera), "ma"


def perder(row: EnvioRow, now: int) -> EnvioRow:
    """Nobody answered in time: that is no fault of the receiver's, which may have it. It is sent again."""
    return _de_volta(row, now, now + PERDIDA_MS)


def outra_vez(row: EnvioRow, ordem: int, now: int) -> EnvioRow:
    """Somebody wants it sent again, at this place in line: under the same id, by which a receiver knows it."""
    registro = replace(registro_de(row), desde=None)
    return replace(
        row,
        estado="pendente",
        ordem=ordem,
        falhas=0,
        dados=json_text(registro),
        codigo=None,
        erro=None,
        proxima_em=None,
        prazo=None,
        atualizado_em=now,
    )


def _de_volta(row: EnvioRow, now: int, proxima_em: int | None) -> EnvioRow:
    return replace(row, estado="pendente", proxima_em=proxima_em, prazo=None, atualizado_em=now)


def _morta(row: EnvioRow, now: int) -> EnvioRow:
    return replace(row, estado="falhou", proxima_em=None, prazo=None, atualizado_em=now)
