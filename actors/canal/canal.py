"""The Canal: a way by which contacts write to an empresa."""

from __future__ import annotations

from actors.canal.cadastro import CadastroDoCanal
from actors.canal.comandos import AtualizarCanal, CanalEstado, ExcluirCanal, VerCanal
from actors.canal.mensagens import CorreioDoCanal, Regravar
from actors.canal.segredos import Segredos
from actors.diretorio.empresa_viva import EmpresaViva
from actors.exclusao.exclusao import Exclusao
from actors.exclusao.mensagens import ExclusaoVencida, TrocarFila, Trocou
from engine.modelo import CanalRow
from engine.runtime import Actor, Ref, handles


class Canal(Actor[CorreioDoCanal]):
    """A channel."""

    __slots__ = ("_cadastro", "_exclusao")

    group: EmpresaViva
    row: CanalRow

    def __init__(self, group: EmpresaViva, parent: Ref | None, row: CanalRow, segredos: Segredos) -> None:
        super().__init__(group, parent=parent, row=row)
        self._cadastro = CadastroDoCanal(self, group, segredos)
        self._exclusao = Exclusao(self, group, row.id, self._cadastro)

    def recovered(self, message: object) -> None:  # noqa: ARG002
        self._exclusao.recuperar()

    def suspended(self) -> None:
        self._exclusao.interromper()

    def stopped(self) -> None:
        self._exclusao.interromper()
        self.group.canal_saiu(self.row.id)

    @handles(Regravar)
    def regravar(self, _: Regravar) -> None:
        self._cadastro.regravar()

    @handles(VerCanal)
    def ver(self, _: VerCanal) -> CanalEstado:
        return self._cadastro.estado()

    @handles(AtualizarCanal)
    def atualizar(self, comando: AtualizarCanal) -> CanalEstado:
        return self._cadastro.atualizar(comando)

    @handles(TrocarFila)
    def trocar_fila(self, m: TrocarFila) -> None:
        self._cadastro.trocar_fila(m)

    @handles(ExcluirCanal)
    def excluir(self, comando: ExcluirCanal) -> None:
        self._exclusao.pedir(comando.quem, comando.realocar)

    @handles(Trocou)
    def trocou(self, m: Trocou) -> None:
        self._exclusao.trocou(m)

    @handles(ExclusaoVencida)
    def vencer_exclusao(self, m: ExclusaoVencida) -> None:
        self._exclusao.venceu(m)
