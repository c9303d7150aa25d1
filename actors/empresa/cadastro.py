"""What an empresa is, and what it can set of itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from msgspec.structs import replace

from actors.diretorio.empresa_viva import EmpresaViva
from actors.empresa.comandos import AtualizarEmpresa
from engine import eventos, presenca
from engine.errors import Detalhe, Invalid
from engine.eventos import publicar
from engine.modelo import EmpresaConfigRow, EmpresaRow
from engine.remendo import com_campos
from engine.runtime import Stateful
from engine.vistas import empresa_vista


class CadastroDaEmpresa:
    """The row of the actor is the empresa as it is set."""

    __slots__ = ("_ator", "_viva")

    def __init__(self, ator: Stateful[EmpresaRow], viva: EmpresaViva) -> None:
        self._ator = ator
        self._viva = viva

    def atualizar(self, comando: AtualizarEmpresa) -> EmpresaRow:
        ator = self._ator
        antes, depois = ator.row, com_campos(ator.row, comando)
        if depois == antes:
            return antes
        _exigir_estados(depois.estados)
        row = replace(depois, atualizada_em=ator.now())
        ator.become(row)
        ator.save(_config(row))
        ator.once_released(partial(self._viva.empresa_mudou, row))
        mudancas = eventos.mudancas_da_empresa(antes, row)
        publicar(ator, comando.quem, eventos.EmpresaAtualizada(empresa_vista(row)), mudancas=mudancas)
        return row


def _config(row: EmpresaRow) -> EmpresaConfigRow:
    """What is stored of it beside the last ``numero``."""
    return EmpresaConfigRow(
        row.id,
        row.nome,
        row.janela_reabertura,
        row.capacidade_padrao,
        row.atualizada_em,
        row.pais_padrao,
        row.estados,
        row.contatos_visiveis,
        row.capacidade,
    )


def _exigir_estados(nomes: Sequence[str]) -> None:
    """Raise Invalid if one of an empresa's own estados is known already, or is there twice."""
    repetido = presenca.repetido(nomes)
    if repetido is not None:
        problema = f'"{repetido}" já existe: retire-o (todas as empresas têm {", ".join(presenca.CONHECIDOS)})'
        raise Invalid("estado_repetido", f"estados: {problema}", (Detalhe("estados", problema),))
