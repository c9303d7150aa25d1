"""The Equipe: people who serve the same filas."""

from __future__ import annotations

from msgspec.structs import replace

from actors.diretorio.empresa_viva import EmpresaViva
from actors.diretorio.vinculos import vincular
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
from actors.exclusao.exclusao import exigir_outro
from engine import eventos
from engine.errors import Conflict, Detalhe
from engine.eventos import Alcance, publicar
from engine.modelo import EquipeFilaRow, EquipeMembroRow, EquipeRow, Quem
from engine.participacao import Vinculo
from engine.remendo import com_campos
from engine.runtime import Actor, Ref, handles
from engine.vistas import equipe_vista


class Equipe(Actor):
    """A team. Who is in it and what it serves is in the empresa's directory (``EmpresaViva.participacao``): there is
    nothing to rebuild after a crash.
    """

    __slots__ = ()

    group: EmpresaViva
    row: EquipeRow

    def __init__(self, group: EmpresaViva, parent: Ref | None, row: EquipeRow) -> None:
        super().__init__(group, parent=parent, row=row)

    def estado(self) -> EquipeEstado:
        return EquipeEstado(self.row, tuple(sorted(self._membros())), tuple(sorted(self._filas())))

    def _membros(self) -> set[str]:
        return set(self.group.diretorio.participacao.da_equipe.de(self.row.id))

    def _filas(self) -> set[str]:
        return set(self.group.diretorio.participacao.servidas.de(self.row.id))

    @handles(VerEquipe)
    def ver(self, _: VerEquipe) -> EquipeEstado:
        return self.estado()

    @handles(AtualizarEquipe)
    def atualizar(self, comando: AtualizarEquipe) -> EquipeEstado:
        antes, depois = self.row, com_campos(self.row, comando)
        if depois != antes:
            self.become(replace(depois, atualizada_em=self.now()))
            evento = eventos.EquipeAtualizada(equipe_vista(self.row))
            publicar(self, comando.quem, evento, mudancas=eventos.mudancas_da_equipe(antes, depois))
        return self.estado()

    # -- members and filas -----------------------------------------------------------------------------------------

    @handles(IncluirNaEquipe)
    def incluir(self, comando: IncluirNaEquipe) -> None:
        self.group.diretorio.atendente(comando.atendente_id)
        if comando.atendente_id not in self._membros():
            self._vincular(self._com_membro(comando.atendente_id, ativo=True))
            self._publicar_incluido(comando.quem, self.row.id, comando.atendente_id)

    @handles(RetirarDaEquipe)
    def retirar(self, comando: RetirarDaEquipe) -> None:
        self.group.diretorio.atendente(comando.atendente_id)
        if comando.atendente_id in self._membros():
            self._vincular(self._com_membro(comando.atendente_id, ativo=False))
            evento = eventos.EquipeMembroRemovido(self.row.id, comando.atendente_id)
            publicar(self, comando.quem, evento, Alcance(atendente_id=comando.atendente_id))

    @handles(VincularFila)
    def vincular_fila(self, comando: VincularFila) -> None:
        self.group.diretorio.fila(comando.fila_id)
        if comando.fila_id not in self._filas():
            self._vincular(self._com_fila(comando.fila_id, ativo=True))
            self._publicar_vinculada(comando.quem, self.row.id, comando.fila_id)

    @handles(DesvincularFila)
    def desvincular_fila(self, comando: DesvincularFila) -> None:
        self.group.diretorio.fila(comando.fila_id)
        if comando.fila_id in self._filas():
            self._vincular(self._com_fila(comando.fila_id, ativo=False))
            evento = eventos.EquipeFilaDesvinculada(self.row.id, comando.fila_id)
            publicar(self, comando.quem, evento, Alcance(fila_id=comando.fila_id))

    def _vincular(self, *vinculos: Vinculo) -> None:
        vincular(self, self.group, vinculos)

    def _com_membro(self, atendente_id: str, *, ativo: bool, equipe_id: str | None = None) -> EquipeMembroRow:
        return EquipeMembroRow(self.row.empresa_id, equipe_id or self.row.id, atendente_id, ativo)

    def _com_fila(self, fila_id: str, *, ativo: bool, equipe_id: str | None = None) -> EquipeFilaRow:
        return EquipeFilaRow(self.row.empresa_id, equipe_id or self.row.id, fila_id, ativo)

    def _publicar_incluido(self, quem: Quem, equipe_id: str, atendente_id: str) -> None:
        evento = eventos.EquipeMembroIncluido(equipe_id, atendente_id)
        publicar(self, quem, evento, Alcance(atendente_id=atendente_id))

    def _publicar_vinculada(self, quem: Quem, equipe_id: str, fila_id: str) -> None:
        publicar(self, quem, eventos.EquipeFilaVinculada(equipe_id, fila_id), Alcance(fila_id=fila_id))

    # -- deletion --------------------------------------------------------------------------------------------------

    @handles(ExcluirEquipe)
    def excluir(self, comando: ExcluirEquipe) -> None:
        """All in one turn: memberships are nobody's own state, so nobody has to be asked."""
        membros, filas, quem = sorted(self._membros()), sorted(self._filas()), comando.quem
        if comando.realocar is not None:
            exigir_outro(self.row.id, comando.realocar, self.group.diretorio.equipe)
            self._passar_adiante(quem, comando.realocar, membros, filas)
        elif filas:
            problema = (
                f"Serve {len(filas)} fila(s): desvincule-as antes, ou exclua com ?realocar=<id de outra equipe>"
            )  # fmt: skip
            raise Conflict(
                "equipe_em_uso", "A equipe está em uso e não pode ser excluída", (Detalhe("filas", problema),)
            )
        self._vincular(
            *(self._com_membro(atendente_id, ativo=False) for atendente_id in membros),
            *(self._com_fila(fila_id, ativo=False) for fila_id in filas),
        )
        now = self.now()
        self.become(replace(self.row, excluida_em=now, atualizada_em=now))
        publicar(self, quem, eventos.EquipeExcluida(self.row.id))
        self.stop()

    def _passar_adiante(self, quem: Quem, para: str, membros: list[str], filas: list[str]) -> None:
        """Another equipe gets the members and the filas that it does not have yet."""
        participacao = self.group.diretorio.participacao
        novos = [id_ for id_ in membros if id_ not in participacao.da_equipe.de(para)]
        novas = [id_ for id_ in filas if id_ not in participacao.servidas.de(para)]
        self._vincular(
            *(self._com_membro(atendente_id, ativo=True, equipe_id=para) for atendente_id in novos),
            *(self._com_fila(fila_id, ativo=True, equipe_id=para) for fila_id in novas),
        )
        for atendente_id in novos:
            self._publicar_incluido(quem, para, atendente_id)
        for fila_id in novas:
            self._publicar_vinculada(quem, para, fila_id)

    def stopped(self) -> None:
        self.group.diretorio.equipes.pop(self.row.id, None)
