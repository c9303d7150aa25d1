"""A simulation that an empresa has asked for, as it is sent to the process that does it: and what that answers.

The process is sent rows as they are, and makes a scenario of them itself: whoever asks has other things to do. First
comes a line with :class:`PedidoDeSimulacao`, then a line for each list of tickets that came (:data:`Pagina`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from engine.errors import Detalhe
from engine.politica.modelo import Politica
from engine.ports import TicketPassado
from engine.simulacao.cenario import Cenario, Tempo
from engine.simulacao.da_empresa import EmpresaSimulada, cenario_de, ensaio_do_passado, nomes_das_filas
from engine.simulacao.ensaio import Alternativa, Ensaio, comparar
from engine.simulacao.execucao import com_politica
from engine.simulacao.leitura import problemas
from engine.simulacao.resultado import Resultado
from engine.tempo import iso

TICKETS_NO_MAXIMO: Final = 20_000
Pagina = tuple[TicketPassado, ...]
_DIA: Final = 86_400_000


class TrafegoPedido(Struct, frozen=True):
    """Traffic to be made up for the fila, in place of what came (:class:`engine.simulacao.cenario.FilaDoCenario`)."""

    chegadas_por_hora: int
    atendimento_segundos: int
    paciencia_segundos: int | None


class PedidoDeSimulacao(Struct, frozen=True):
    """``politica`` is tried in the fila ``fila_id``, from ``de`` to ``ate`` (ms)."""

    empresa: EmpresaSimulada
    fila_id: str
    politica: Politica
    de: int
    ate: int
    semente: int
    nivel_segundos: int
    trafego: TrafegoPedido | None


class SimulacaoFeita(Struct, frozen=True):
    """What came of it: either ``problemas`` of the policy, or both results. ``limitada``: there were more tickets than
    are simulated.
    """

    problemas: tuple[Detalhe, ...] = ()
    em_vigor: Resultado | None = None
    proposta: Resultado | None = None
    limitada: bool = False


def simular_pedido(pedido: PedidoDeSimulacao, passados: Sequence[TicketPassado]) -> SimulacaoFeita:
    nome = nomes_das_filas([fila.row for fila in pedido.empresa.filas])[pedido.fila_id]
    cenario = replace(
        cenario_de(pedido.empresa),
        semente=pedido.semente,
        nivel_segundos=pedido.nivel_segundos,
        tickets=TICKETS_NO_MAXIMO,
    )
    achados = _problemas(com_politica(cenario, pedido.politica, nome), nome)
    if achados:
        return SimulacaoFeita(problemas=achados)
    ensaio = _ensaio(pedido, cenario, nome, passados)
    ensaio = replace(ensaio, alternativas=(Alternativa("proposta", pedido.politica, nome),))
    execucao = comparar(ensaio)
    while True:
        try:
            next(execucao)
        except StopIteration as fim:
            em_vigor, proposta = (um.resultado for um in fim.value)
            limitada = em_vigor.total.chegadas >= TICKETS_NO_MAXIMO
            return SimulacaoFeita(em_vigor=em_vigor, proposta=proposta, limitada=limitada)


def _problemas(cenario: Cenario, fila: str) -> tuple[Detalhe, ...]:
    """Those of the policy of this fila: what else there is in the empresa is as it is."""
    lugar = next(lugar for lugar, uma in enumerate(cenario.filas) if uma.nome == fila)
    comeco = f"filas[{lugar}].politica."
    todos = (um for um in problemas(cenario) if um.campo.startswith(comeco))
    return tuple(Detalhe(f"politica.{um.campo.removeprefix(comeco)}", um.problema) for um in todos)


def _ensaio(pedido: PedidoDeSimulacao, cenario: Cenario, nome: str, passados: Sequence[TicketPassado]) -> Ensaio:
    if pedido.trafego is None:
        return ensaio_do_passado(cenario, passados, pedido.de, pedido.ate)
    trafego = pedido.trafego
    filas = tuple(
        replace(
            uma,
            chegadas_por_hora=trafego.chegadas_por_hora,
            atendimento=Tempo(media_segundos=trafego.atendimento_segundos),
            paciencia_segundos=trafego.paciencia_segundos,
        )
        if uma.nome == nome
        else uma
        for uma in cenario.filas
    )
    return Ensaio(replace(cenario, filas=filas, inicio=iso(pedido.de), dias=(pedido.ate - pedido.de) / _DIA))
