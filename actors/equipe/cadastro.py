"""What an equipe is: its row, and who is in it and what it serves, which the empresa's directory keeps."""

from __future__ import annotations

from msgspec.structs import replace

from actors.diretorio.empresa_viva import EmpresaViva
from actors.diretorio.vinculos import vincular
from actors.documentos.mensagens import TrocarNosDocumentos
from actors.equipe.comandos import (
    AtualizarEquipe,
    DesvincularFila,
    EquipeEstado,
    ExcluirEquipe,
    IncluirNaEquipe,
    RetirarDaEquipe,
    VincularFila,
)
from actors.equipe.estado import equipe_estado
from actors.exclusao.exclusao import exigir_outro
from actors.exclusao.mensagens import TrocarEquipe
from engine import eventos
from engine.errors import Conflict, Detalhe
from engine.eventos import Alcance, publicar
from engine.modelo import EquipeFilaRow, EquipeMembroRow, EquipeRow, Quem
from engine.participacao import Vinculo
from engine.remendo import com_campos
from engine.runtime import Stateful
from engine.vistas import equipe_vista


class CadastroDaEquipe:
    """Members and filas are in the directory (``participacao``), so there is nothing to rebuild after a crash."""

    __slots__ = ("_ator", "_viva")

    def __init__(self, ator: Stateful[EquipeRow], viva: EmpresaViva) -> None:
        self._ator = ator
        self._viva = viva

    def estado(self) -> EquipeEstado:
        return equipe_estado(self._viva, self._ator.row)

    def _membros(self) -> set[str]:
        return set(self._viva.diretorio.participacao.da_equipe.de(self._ator.row.id))

    def _filas(self) -> set[str]:
        return set(self._viva.diretorio.participacao.servidas.de(self._ator.row.id))

    def atualizar(self, comando: AtualizarEquipe) -> EquipeEstado:
        ator = self._ator
        antes, depois = ator.row, com_campos(ator.row, comando)
        if depois != antes:
            ator.become(replace(depois, atualizada_em=ator.now()))
            mudancas = eventos.mudancas_da_equipe(antes, depois)
            publicar(ator, comando.quem, eventos.EquipeAtualizada(equipe_vista(ator.row)), mudancas=mudancas)
        return self.estado()

    # -- members and filas -----------------------------------------------------------------------------------------

    def incluir(self, comando: IncluirNaEquipe) -> None:
        self._viva.diretorio.atendente(comando.atendente_id)
        if comando.atendente_id not in self._membros():
            self._vincular(self._com_membro(comando.atendente_id, ativo=True))
            self._publicar_incluido(comando.quem, self._ator.row.id, comando.atendente_id)

    def retirar(self, comando: RetirarDaEquipe) -> None:
        self._viva.diretorio.atendente(comando.atendente_id)
        if comando.atendente_id in self._membros():
            self._vincular(self._com_membro(comando.atendente_id, ativo=False))
            evento = eventos.EquipeMembroRemovido(self._ator.row.id, comando.atendente_id)
            publicar(self._ator, comando.quem, evento, Alcance(atendente_id=comando.atendente_id))

    def vincular_fila(self, comando: VincularFila) -> None:
        self._viva.diretorio.fila(comando.fila_id)
        if comando.fila_id not in self._filas():
            self._vincular(self._com_fila(comando.fila_id, ativo=True))
            self._publicar_vinculada(comando.quem, self._ator.row.id, comando.fila_id)

    def desvincular_fila(self, comando: DesvincularFila) -> None:
        self._viva.diretorio.fila(comando.fila_id)
        if comando.fila_id in self._filas():
            self._vincular(self._com_fila(comando.fila_id, ativo=False))
            evento = eventos.EquipeFilaDesvinculada(self._ator.row.id, comando.fila_id)
            publicar(self._ator, comando.quem, evento, Alcance(fila_id=comando.fila_id))

    def _vincular(self, *vinculos: Vinculo) -> None:
        vincular(self._ator, self._viva, vinculos)

    def _com_membro(self, atendente_id: str, *, ativo: bool, equipe_id: str | None = None) -> EquipeMembroRow:
        return EquipeMembroRow(self._ator.row.empresa_id, equipe_id or self._ator.row.id, atendente_id, ativo)

    def _com_fila(self, fila_id: str, *, ativo: bool, equipe_id: str | None = None) -> EquipeFilaRow:
        return EquipeFilaRow(self._ator.row.empresa_id, equipe_id or self._ator.row.id, fila_id, ativo)

    def _publicar_incluido(self, quem: Quem, equipe_id: str, atendente_id: str) -> None:
        evento = eventos.EquipeMembroIncluido(equipe_id, atendente_id)
        publicar(self._ator, quem, evento, Alcance(atendente_id=atendente_id))

    def _publicar_vinculada(self, quem: Quem, equipe_id: str, fila_id: str) -> None:
        publicar(self._ator, quem, eventos.EquipeFilaVinculada(equipe_id, fila_id), Alcance(fila_id=fila_id))

    # -- deletion --------------------------------------------------------------------------------------------------

    def excluir(self, comando: ExcluirEquipe) -> None:
        """All in one turn: memberships are nobody's own state, so nobody has to be asked."""
        membros, filas, quem = sorted(self._membros()), sorted(self._filas()), comando.quem
        if comando.realocar is not None:
            exigir_outro(self._ator.row.id, comando.realocar, self._viva.diretorio.equipe)
            self._passar_adiante(quem, comando.realocar, membros, filas)
        elif usos := self._usos(filas):
            raise Conflict("equipe_em_uso", "A equipe está em uso e não pode ser excluída", tuple(usos))
        self._vincular(
            *(self._com_membro(atendente_id, ativo=False) for atendente_id in membros),
            *(self._com_fila(fila_id, ativo=False) for fila_id in filas),
        )
        now = self._ator.now()
        self._ator.become(replace(self._ator.row, excluida_em=now, atualizada_em=now))
        publicar(self._ator, quem, eventos.EquipeExcluida(self._ator.row.id))
        self._ator.stop()

    def _usos(self, filas: list[str]) -> list[Detalhe]:
        problema = f"Serve {len(filas)} fila(s): desvincule-as antes, ou exclua com ?realocar=<id de outra equipe>"
        servidas = [Detalhe("filas", problema)] if filas else []
        return [*servidas, *self._viva.documentos.usos(self._ator.row.id)]

    def _passar_adiante(self, quem: Quem, para: str, membros: list[str], filas: list[str]) -> None:
        """Another equipe gets the members and the filas that it does not have yet."""
        participacao = self._viva.diretorio.participacao
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
        row = self._ator.row
        troca = TrocarEquipe(row.id, para, quem, f"A equipe {row.nome} foi excluída")
        for fila_id in filas:
            self._viva.diretorio.filas[fila_id].tell(troca)
        self._viva.diretorio.empresa.tell(TrocarNosDocumentos(row.id, para, quem))
