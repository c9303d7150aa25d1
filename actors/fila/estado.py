"""What a fila shows of itself: asked by itself and by the list of all."""

from __future__ import annotations

from actors.diretorio.empresa_viva import EmpresaViva
from actors.fila.comandos import FilaEstado
from engine.modelo import FilaRow


def fila_estado(viva: EmpresaViva, row: FilaRow) -> FilaEstado:
    membros = tuple(sorted(viva.diretorio.quem_serve(row.id)))
    return FilaEstado(row, membros, viva.distribuicao.aguardando(row.id))
