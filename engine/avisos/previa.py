"""How a template will look: of a ticket that there is, or of one that is made up."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from engine.avisos import palavras
from engine.avisos.modelo import ModeloDeAviso, TipoDeAviso
from engine.avisos.ocorrencias import Ocorrencia
from engine.avisos.palavras import Nomes
from engine.modelo import TicketRow

EXEMPLO: Final = TicketRow(
    "", "00000000-0000-7000-8000-000000000000", 42, "EM_ANDAMENTO", "ALTA", "Maria da Silva", "5511999998888",
    "maria@exemplo.com", "Entrega atrasada", "", None, None, False, 0, 0, 0, None, None, None,
)  # fmt: skip
"""The ticket of a preview that names none."""
NOMES_DO_EXEMPLO: Final = Nomes(
    fila="Vendas", atendente="Ana Souza", destinatario="Rui Costa", empresa="Empresa de exemplo"
)
_DETALHE: Final = "Bom dia, onde está o meu pedido?"


class Previa(Struct, frozen=True):
    """``assunto`` and ``texto`` as a mail and a browser show them, ``sms`` as an SMS does."""

    assunto: str
    texto: str
    sms: str


def previa(
    modelo: ModeloDeAviso, evento: TipoDeAviso, ticket: TicketRow = EXEMPLO, nomes: Nomes = NOMES_DO_EXEMPLO
) -> Previa:
    """The words of a template without problems (:func:`engine.avisos.exame.do_modelo`)."""
    ocorrencia = Ocorrencia(evento, ticket, detalhe=_DETALHE)
    dito = palavras.do_modelo(modelo, ocorrencia, nomes)
    return Previa(dito.titulo, dito.corpo, palavras.torpedo(dito, ocorrencia, da_casa=False))
