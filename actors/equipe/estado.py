"""What an equipe shows of itself: asked by itself and by the list of all."""

from __future__ import annotations

from actors.diretorio.empresa_viva import EmpresaViva
from actors.equipe.comandos import EquipeEstado
from engine.modelo import EquipeRow


def equipe_estado(viva: EmpresaViva, row: EquipeRow) -> EquipeEstado:
    participacao = viva.diretorio.participacao
    return EquipeEstado(
        row, tuple(sorted(participacao.da_equipe.de(row.id))), tuple(sorted(participacao.servidas.de(row.id)))
    )
