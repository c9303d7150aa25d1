"""The Fila: its set-up, its members and its deletion."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec.structs import replace

from actors.diretorio.empresa_viva import EmpresaViva
from actors.diretorio.vinculos import vincular
from actors.documentos.mensagens import TrocarNosDocumentos
from actors.exclusao.exclusao import Exclusao
from actors.exclusao.mensagens import ExclusaoVencida, TrocarEquipe, TrocarFila, Trocou
from actors.fila.comandos import (
    AtualizarFila,
    ExcluirFila,
    FilaEstado,
    IncluirMembro,
    PuxarTicket,
    RemoverMembro,
    VerFila,
)
from actors.fila.comandos_politica import (
    GravarPolitica,
    PoliticaEstado,
    PrepararSimulacao,
    VerificarPolitica,
    VerPolitica,
)
from actors.fila.estado import fila_estado
from actors.fila.mensagens import CorreioDaFila
from actors.fila.politica import PoliticaDaFila
from engine import eventos
from engine.capacidade import recusa_de
from engine.errors import Conflict, Detalhe
from engine.eventos import Alcance, publicar
from engine.modelo import EquipeFilaRow, FilaRow, MembroRow, Quem
from engine.participacao import Vinculo
from engine.politica.aviso import Aviso
from engine.politica.da_fila import politica_de
from engine.politica.trocas import vai_para
from engine.remendo import com_campos
from engine.runtime import Actor, Address, Ref, handles


class Fila(Actor[CorreioDaFila]):
    """A queue and its policy. Its waiting line is the distribution's (:mod:`engine.distribuicao`): so there is nothing
    to rebuild after a crash, whatever waits.
    """

    __slots__ = ("_exclusao", "_politica")

    em_uso = ("fila_em_uso", "A fila está em uso e não pode ser excluída")

    group: EmpresaViva
    row: FilaRow

    def __init__(self, group: EmpresaViva, parent: Ref | None, row: FilaRow) -> None:
        super().__init__(group, parent=parent, row=row)
        self._exclusao = Exclusao(self, group, row.id, self)
        self._politica = PoliticaDaFila(self, group)

    # -- set-up ----------------------------------------------------------------------------------------------------

    def _estado(self) -> FilaEstado:
        return fila_estado(self.group, self.row)

    @handles(VerFila)
    def ver(self, _: VerFila) -> FilaEstado:
        return self._estado()

    @handles(AtualizarFila)
    def atualizar(self, comando: AtualizarFila) -> FilaEstado:
        self._politica.mudar(comando.quem, com_campos(self.row, comando))
        return self._estado()

    # -- policy ----------------------------------------------------------------------------------------------------

    @handles(VerPolitica)
    def ver_politica(self, _: VerPolitica) -> PoliticaEstado:
        return self._politica.estado()

    @handles(GravarPolitica)
    def gravar_politica(self, comando: GravarPolitica) -> PoliticaEstado:
        return self._politica.gravar(comando)

    @handles(VerificarPolitica)
    def verificar_politica(self, comando: VerificarPolitica) -> tuple[Aviso, ...]:
        return self._politica.verificar(comando)

    @handles(PrepararSimulacao)
    def preparar_simulacao(self, comando: PrepararSimulacao) -> int:
        return self._politica.preparar_simulacao(comando)

    # -- deletion --------------------------------------------------------------------------------------------------

    @handles(ExcluirFila)
    def excluir(self, comando: ExcluirFila) -> None:
        if self.row.padrao:
            raise Conflict("fila_padrao", "A fila padrão recebe os tickets sem filaId e não pode ser excluída")
        self._exclusao.pedir(comando.quem, comando.realocar)

    @handles(Trocou)
    def trocou(self, m: Trocou) -> None:
        self._exclusao.trocou(m)

    @handles(ExclusaoVencida)
    def vencer_exclusao(self, m: ExclusaoVencida) -> None:
        self._exclusao.venceu(m)

    def exigir_substituto(self, id_: str) -> Ref:
        return self.group.diretorio.fila(id_)

    @handles(TrocarFila)
    def trocar_fila(self, m: TrocarFila) -> None:
        self._politica.trocar_fila(m)

    @handles(TrocarEquipe)
    def trocar_equipe(self, m: TrocarEquipe) -> None:
        self._politica.trocar_equipe(m)

    def _de_onde_transborda(self) -> list[tuple[str, Ref]]:
        """The filas from which tickets go to this one."""
        diretorio, id_ = self.group.diretorio, self.row.id
        rows = ((outra, ref, diretorio.fila_row(outra)) for outra, ref in diretorio.filas.items() if outra != id_)
        return [(outra, ref) for outra, ref, row in rows if row is not None and vai_para(politica_de(row), id_)]

    def _canais(self) -> list[tuple[str, Ref]]:
        diretorio = self.group.diretorio
        rows = ((id_, ref, diretorio.canal_row(id_)) for id_, ref in diretorio.canais.items())
        return [(id_, ref) for id_, ref, row in rows if row is not None and row.fila_id == self.row.id]

    def usos(self) -> list[Detalhe]:
        abertos = self.group.contagens.abertos_por_fila.quantos(self.row.id)
        canais, filas = len(self._canais()), len(self._de_onde_transborda())
        equipes = len(self.group.diretorio.participacao.servidas.com(self.row.id))
        outra = "ou exclua com ?realocar=<id de outra fila>"
        usos = (
            (abertos, "tickets", f"{abertos} ticket(s) em aberto: transfira-os antes, {outra}"),
            (canais, "canais", f"É a fila de {canais} canal(is): mude a filaId deles antes, {outra}"),
            (filas, "filas", f"{filas} fila(s) transbordam para ela: mude as políticas delas antes, {outra}"),
            (equipes, "equipes", f"É servida por {equipes} equipe(s): desvincule-as antes, {outra}"),
        )
        documentos = self.group.documentos.usos(self.row.id)
        return [*(Detalhe(campo, problema) for quantos, campo, problema in usos if quantos), *documentos]

    def ocupado(self) -> bool:
        abertos = self.group.contagens.abertos_por_fila.quantos(self.row.id) > 0
        citada = abertos or bool(self.group.documentos.que_citam(self.row.id))
        return citada or bool(self._canais()) or bool(self._de_onde_transborda())

    def a_trocar(self, para: str, quem: Quem) -> Iterator[tuple[str, Address, object]]:
        troca = TrocarFila(self.row.id, para, quem, f"A fila {self.row.nome} foi excluída")
        if self.group.documentos.que_citam(self.row.id):
            yield "documentos", self.group.diretorio.empresa, TrocarNosDocumentos(self.row.id, para, quem)
        for canal_id, canal in self._canais():
            yield canal_id, canal, troca
        for fila_id, fila in self._de_onde_transborda():
            yield fila_id, fila, troca
        for ticket_id in self.group.contagens.abertos_por_fila.de(self.row.id):
            yield ticket_id, self.group.diretorio.tickets[ticket_id], troca

    def apagar(self, quem: Quem, no_lugar: str | None) -> None:
        """Its members serve it no more, and its equipes serve what takes its place."""
        empresa_id, id_, participacao = self.row.empresa_id, self.row.id, self.group.diretorio.participacao
        self.become(replace(self.row, excluida_em=self.now()))
        vinculos: list[Vinculo] = [
            MembroRow(empresa_id, id_, atendente_id, False) for atendente_id in sorted(participacao.proprios.de(id_))
        ]
        for equipe_id in sorted(participacao.servidas.com(id_)):
            vinculos.append(EquipeFilaRow(empresa_id, equipe_id, id_, False))
            if no_lugar is not None and no_lugar not in participacao.servidas.de(equipe_id):
                vinculos.append(EquipeFilaRow(empresa_id, equipe_id, no_lugar, True))
                publicar(self, quem, eventos.EquipeFilaVinculada(equipe_id, no_lugar), Alcance(fila_id=no_lugar))
        vincular(self, self.group, vinculos)
        publicar(self, quem, eventos.FilaExcluida(id_), Alcance(fila_id=id_))

    def recovered(self, message: object) -> None:  # noqa: ARG002
        self._exclusao.recuperar()

    def suspended(self) -> None:
        self._exclusao.interromper()

    def stopped(self) -> None:
        self._exclusao.interromper()
        self.group.fila_saiu(self.row.id)

    # -- its tickets ---------------------------------------------------------------------------------------------------

    @handles(PuxarTicket)
    def puxar(self, comando: PuxarTicket) -> None:
        """The ticket answers, or it is said that there is none."""
        diretorio, distribuicao = self.group.diretorio, self.group.distribuicao
        atendente_id = comando.quem.id or ""
        diretorio.atendente(atendente_id)
        atendente = diretorio.atendente_row(atendente_id)
        impede = distribuicao.impedimento_de_puxar(self.row.id, atendente_id)
        if impede is not None and atendente is not None:
            raise recusa_de(impede, atendente)
        self.once_released(partial(distribuicao.puxar, self.row.id, comando.quem, self.defer()))

    # -- members ---------------------------------------------------------------------------------------------------

    @handles(IncluirMembro)
    def incluir_membro(self, comando: IncluirMembro) -> None:
        self.group.diretorio.atendente(comando.atendente_id)
        if comando.atendente_id not in self.group.diretorio.participacao.proprios.de(self.row.id):
            self._mudar_membro(comando.quem, comando.atendente_id, ativo=True)

    @handles(RemoverMembro)
    def remover_membro(self, comando: RemoverMembro) -> None:
        self.group.diretorio.atendente(comando.atendente_id)
        if comando.atendente_id in self.group.diretorio.participacao.proprios.de(self.row.id):
            self._mudar_membro(comando.quem, comando.atendente_id, ativo=False)

    def _mudar_membro(self, quem: Quem, atendente_id: str, *, ativo: bool) -> None:
        vincular(self, self.group, [MembroRow(self.row.empresa_id, self.row.id, atendente_id, ativo)])
        classe = eventos.FilaMembroIncluido if ativo else eventos.FilaMembroRemovido
        publicar(self, quem, classe(self.row.id, atendente_id), Alcance(None, self.row.id, atendente_id))
