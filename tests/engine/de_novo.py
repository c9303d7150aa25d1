"""A Distribuidor that is told all that there is, in the order in which it is told at a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.distribuicao import Distribuidor, OfertaCaiu
from engine.estados import oferta_de
from engine.modelo import EscalaRow
from tests.engine.referencia import Mundo
from tests.engine.vigias import vigiado

if TYPE_CHECKING:
    from tests.engine.oraculo import Oraculo


def feito_de_novo(oraculo: Oraculo, salvas: list[EscalaRow]) -> Distribuidor:
    """Another, told of the same rows; nothing is given out yet."""
    novo, mundo = vigiado(oraculo), oraculo.mundo
    for canal, tipo in mundo.canais.items():
        novo.canal_mudou(canal, tipo)
    for fila in mundo.filas.values():
        novo.fila_mudou(fila, oraculo.now)
    for id_, pessoa in mundo.pessoas.items():
        novo.atendente_mudou(pessoa, oraculo.now)
        novo.deixar_de_dar(
            novo.perfis[id_], oraculo.now, saindo=id_ in mundo.saindo, parado=id_ in mundo.parados
        )  # fmt: skip
    for arremate in mundo.arremates.values():
        novo.arrematar(arremate, oraculo.now)
    for par in sorted(mundo.vias):
        novo.serve(*par, oraculo.now, mundo.vias[par])
    for salva in salvas:
        novo.lembrar(salva, oraculo.now)
    for id_, row in mundo.tickets.items():
        novo.ticket_mudou(None, row, oraculo.now)
        if id_ in mundo.suspensos:
            novo.suspender(row, oraculo.now)
    return novo


def quem_perdeu_ofertas(novo: Distribuidor, mundo: Mundo) -> set[str]:
    """Those who were kept a slot for what stands in a row, and lost it while it was told the rest."""
    cairam = {(um.ticket_id, um.atendente_id) for um in novo.feitas if isinstance(um, OfertaCaiu)}
    for id_ in mundo.suspensos:
        oferta = oferta_de(mundo.tickets[id_])
        cairam |= {(id_, pessoa) for pessoa in oferta.atendentes} if oferta is not None else set()
    return {pessoa for id_, pessoa in cairam if (mundo.tickets[id_].fila_id, pessoa) in mundo.vias}
