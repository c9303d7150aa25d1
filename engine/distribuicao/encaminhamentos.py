"""What becomes of a ticket that waits too long, comes when too many wait, or waits where nobody is: it overflows to
another fila, or is closed. It never comes to a fila where it was before, so it never goes round.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.distribuicao.exigencia import SEM_ROTA
from engine.distribuicao.linha import Linha
from engine.distribuicao.promessa import Destino, MotivoDeIr
from engine.distribuicao.regras import na_fila_desde
from engine.modelo import TicketRow


def ao_chegar(linha: Linha, row: TicketRow, linhas: Mapping[str, Linha]) -> Destino | None:
    """Of a ticket that comes: ``linha`` holds those that wait before it."""
    politica, esperam = linha.regras.politica, linha.aguardando()
    for transbordo in politica.transbordos:
        cheia = transbordo.tamanho is not None and esperam >= transbordo.tamanho
        vazia = transbordo.sem_atendentes and not linha.escala.disponiveis
        if (cheia or vazia) and pode_ir(row, transbordo.para, linhas):
            return transbordo.para, "tamanho" if cheia else "sem_atendentes"
    maximo = politica.maximo
    if maximo is None or maximo.tamanho is None or esperam < maximo.tamanho:
        return None
    return _do_maximo(linha, row, linhas, "tamanho")


def sem_atendentes(linha: Linha, row: TicketRow, linhas: Mapping[str, Linha]) -> str | None:
    """Where a ticket goes that waits while nobody of the fila is there."""
    for transbordo in linha.regras.politica.transbordos:
        if transbordo.sem_atendentes and pode_ir(row, transbordo.para, linhas):
            return transbordo.para
    return None


def depois_de_esperar(linha: Linha, row: TicketRow, linhas: Mapping[str, Linha]) -> tuple[int, Destino] | None:
    """When a ticket has waited long enough to go elsewhere (ms), and where to."""
    politica, desde = linha.regras.politica, na_fila_desde(row)
    achados: list[tuple[int, Destino]] = [
        (desde + transbordo.apos_segundos * 1000, (transbordo.para, "espera"))
        for transbordo in politica.transbordos
        if transbordo.apos_segundos is not None and pode_ir(row, transbordo.para, linhas)
    ]
    if politica.maximo is not None and politica.maximo.segundos is not None:
        destino = _do_maximo(linha, row, linhas, "espera")
        if destino is not None:
            achados.append((desde + politica.maximo.segundos * 1000, destino))
    return min(achados, key=lambda achado: achado[0], default=None)


def pode_ir(row: TicketRow, para: str, linhas: Mapping[str, Linha]) -> bool:
    rota = row.rota or SEM_ROTA
    return para in linhas and para not in {row.fila_id, rota.origem, *rota.passou_por}


def _do_maximo(linha: Linha, row: TicketRow, linhas: Mapping[str, Linha], motivo: MotivoDeIr) -> Destino | None:
    maximo = linha.regras.politica.maximo
    if maximo is None or maximo.acao == "priorizar":
        return None
    if maximo.acao == "encerrar":
        return None, motivo
    return (maximo.para, motivo) if maximo.para is not None and pode_ir(row, maximo.para, linhas) else None
