"""The Equipe: people who serve the same filas."""

from __future__ import annotations

from actors.diretorio.empresa_viva import EmpresaViva
from actors.equipe.cadastro import CadastroDaEquipe
from actors.equipe.comandos import (
    AtualizarEquipe,
    DesvincularFila,
    EquipeEstado,
    ExcluirEquipe,
    IncluirNaEquipe,
    RetirarDaEquipe,
    VerEquipe,
    VincularFila,
)
from actors.equipe.mensagens import CorreioDaEquipe
from engine.modelo import EquipeRow
from engine.runtime import Actor, Ref, handles


class Equipe(Actor[CorreioDaEquipe]):
    """A team."""

    __slots__ = ("_cadastro",)

    group: EmpresaViva
    row: EquipeRow

    def __init__(self, group: EmpresaViva, parent: Ref | None, row: EquipeRow) -> None:
        super().__init__(group, parent=parent, row=row)
        self._cadastro = CadastroDaEquipe(self, group)

    def stopped(self) -> None:
        self.group.diretorio.equipes.pop(self.row.id, None)

    @handles(VerEquipe)
    def ver(self, _: VerEquipe) -> EquipeEstado:
        return self._cadastro.estado()

    @handles(AtualizarEquipe)
    def atualizar(self, comando: AtualizarEquipe) -> EquipeEstado:
        return self._cadastro.atualizar(comando)

    @handles(IncluirNaEquipe)
    def incluir(self, comando: IncluirNaEquipe) -> None:
        self._cadastro.incluir(comando)

    @handles(RetirarDaEquipe)
    def retirar(self, comando: RetirarDaEquipe) -> None:
        self._cadastro.retirar(comando)

    @handles(VincularFila)
    def vincular_fila(self, comando: VincularFila) -> None:
        self._cadastro.vincular_fila(comando)

    @handles(DesvincularFila)
    def desvincular_fila(self, comando: DesvincularFila) -> None:
        self._cadastro.desvincular_fila(comando)

    @handles(ExcluirEquipe)
    def excluir(self, comando: ExcluirEquipe) -> None:
        self._cadastro.excluir(comando)
