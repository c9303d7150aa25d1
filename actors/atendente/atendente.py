"""The Atendente: presence and set-up, on top of its slots."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec import UNSET
from msgspec.structs import replace

from actors.atendente.comandos import (
    AtendenteEstado,
    AtualizarAtendente,
    Conectou,
    Desconectou,
    ExcluirAtendente,
    MudarPresenca,
    VerAtendente,
)
from actors.atendente.vagas import Vagas
from actors.diretorio.empresa_viva import EmpresaViva
from actors.diretorio.vinculos import vincular
from actors.exclusao.exclusao import Exclusao
from actors.exclusao.mensagens import ExclusaoVencida, TrocarDono, Trocou
from actors.protocolo import GracaVencida, Iniciar
from engine import eventos, presenca
from engine.capacidade import disponivel, teto
from engine.errors import Detalhe, Invalid
from engine.eventos import Alcance, publicar
from engine.modelo import AUSENTE, DISPONIVEL, AtendenteRow, EquipeMembroRow, MembroRow, Quem
from engine.participacao import Vinculo
from engine.remendo import com_campos
from engine.runtime import Address, Ref, handles
from engine.vistas import atendente_vista


class Atendente(Vagas):
    """An agent."""

    __slots__ = ()

    em_uso = ("atendente_em_uso", "O atendente tem tickets e não pode ser excluído")

    def __init__(self, group: EmpresaViva, parent: Ref | None, row: AtendenteRow) -> None:
        super().__init__(group, parent, row)
        self._exclusao = Exclusao(
            self, group, row.id, self, ao_comecar=self._parar_de_receber, ao_desistir=self._voltar_a_receber
        )

    def estado(self) -> AtendenteEstado:
        return AtendenteEstado(self.row, len(self._ocupadas))

    @handles(Iniciar)
    def iniciar(self, _: Iniciar) -> None:
        """The empresa was loaded: connections of before are gone. Whoever was held online by one may come back, also if
        it was waited for already: nobody could come while the server was away.
        """
        row = self.row
        if row.offline_em is not None or (row.online and row.por_conexao):
            self._esperar_conexao()
        self._tratar_donos_ausentes()
        self._procurar()

    # -- presence --------------------------------------------------------------------------------------------------

    @handles(MudarPresenca)
    def mudar_presenca(self, comando: MudarPresenca) -> AtendenteEstado:
        row, online, motivo = self.row, comando.online, comando.motivo
        estado = self._estado_pedido(comando)
        if comando.estado is UNSET and motivo is None and online and row.online:
            motivo = row.motivo
        igual = (row.online, row.estado, row.motivo) == (online, estado, motivo)
        if not igual or row.offline_em is not None or row.estado_ao_voltar is not None:
            self._ficar(comando.quem, online, estado, motivo)
        return self.estado()

    def _estado_pedido(self, comando: MudarPresenca) -> str:
        if comando.estado is UNSET:
            return presenca.estado_sem_dizer(self.row, online=comando.online)
        try:
            return presenca.estado_dito(comando.estado, self.group.estados, online=comando.online)
        except presenca.Incoerente as erro:
            problema = Detalhe("estado", str(erro))
            raise Invalid("estado_invalido", f"estado: {erro}", (problema,)) from None

    def _ficar(self, quem: Quem, online: bool, estado: str, motivo: str | None, ao_voltar: str | None = None) -> None:
        antes, now = self.row, self.now()
        if disponivel(antes) != (online and estado == DISPONIVEL):
            self._ocioso_desde = now
        self._gravar(
            replace(
                antes,
                online=online,
                estado=estado,
                motivo=motivo,
                offline_em=None,
                por_conexao=antes.por_conexao and antes.offline_em is None,
                ocioso_desde=self._ocioso_desde,
                estado_ao_voltar=ao_voltar,
                atualizado_em=now,
            )
        )
        if (antes.online, antes.estado, antes.motivo) != (online, estado, motivo):
            evento = eventos.AtendenteStatus(self.row.id, self.row.nome, online, estado, motivo)
            publicar(self, quem, evento, self._alcance(), eventos.mudancas_do_atendente(antes, self.row))
        self._tratar_donos_ausentes()
        self._procurar()

    def _gravar(self, depois: AtendenteRow) -> None:
        self.become(depois)
        self._teto = teto(depois) if self._exclusao.em_curso is None else 0
        self.once_released(partial(self.group.presenca_mudou, depois))

    def _alcance(self) -> Alcance:
        return Alcance(atendente_id=self.row.id)

    @handles(Conectou)
    def conectou(self, _: Conectou) -> None:
        """From now on its connections hold its presence."""
        if not self.row.por_conexao or self.row.offline_em is not None:
            self.become(replace(self.row, por_conexao=True, offline_em=None))

    @handles(Desconectou)
    def desconectou(self, _: Desconectou) -> None:
        if self.row.online and self.row.offline_em is None:
            self._esperar_conexao()
        elif not self.row.online and self.row.por_conexao:
            self.become(replace(self.row, por_conexao=False))

    def _esperar_conexao(self) -> None:
        prazo = self.now() + self.group.opcoes.graca_conexao
        self.become(replace(self.row, offline_em=prazo))
        self.at(prazo, GracaVencida(prazo))

    @handles(GracaVencida)
    def vencer_graca(self, m: GracaVencida) -> None:
        if self.row.offline_em == m.prazo:
            sistema, estado = Quem(self.row.empresa_id, None, "sistema"), self.row.estado
            volta = None if estado == DISPONIVEL else estado
            self._ficar(sistema, online=False, estado=AUSENTE, motivo="conexao_perdida", ao_voltar=volta)

    # -- set-up ----------------------------------------------------------------------------------------------------

    @handles(VerAtendente)
    def ver(self, _: VerAtendente) -> AtendenteEstado:
        return self.estado()

    @handles(AtualizarAtendente)
    def atualizar(self, comando: AtualizarAtendente) -> AtendenteEstado:
        antes, depois = self.row, com_campos(self.row, comando)
        if depois == antes:
            return self.estado()
        if depois.email != antes.email:  # of two who share one since before that was refused, each can be changed
            self.group.exigir_email_livre(depois.email, antes.id)
        self._gravar(replace(depois, atualizado_em=self.now()))
        self.once_released(partial(self.group.email_mudou, antes.email, depois))
        evento = eventos.AtendenteAtualizado(atendente_vista(self.row, len(self._ocupadas)))
        publicar(self, comando.quem, evento, self._alcance(), eventos.mudancas_do_atendente(antes, self.row))
        if antes.capacidade != depois.capacidade:
            self._procurar()
        return self.estado()

    # -- deletion --------------------------------------------------------------------------------------------------

    @handles(ExcluirAtendente)
    def excluir(self, comando: ExcluirAtendente) -> None:
        self._exclusao.pedir(comando.quem, comando.realocar)

    @handles(Trocou)
    def trocou(self, m: Trocou) -> None:
        self._exclusao.trocou(m)

    @handles(ExclusaoVencida)
    def vencer_exclusao(self, m: ExclusaoVencida) -> None:
        self._exclusao.venceu(m)

    def exigir_substituto(self, id_: str) -> Ref:
        return self.group.atendente(id_)

    def usos(self) -> list[Detalhe]:
        remedio = "transfira-os antes, ou exclua com ?realocar=<id de outro atendente>"
        ocupadas = self.ocupadas
        return [Detalhe("tickets", f"Atende {ocupadas} ticket(s): {remedio}")] if ocupadas else []

    def ocupado(self) -> bool:
        return self.ocupadas > 0

    def _parar_de_receber(self) -> None:
        """It takes no more work: what was promised before arrives still, and is passed on."""
        self._teto = 0
        self._procurar()

    def _voltar_a_receber(self) -> None:
        self._teto = teto(self.row)
        self._procurar()

    def a_trocar(self, para: str, quem: Quem) -> Iterator[tuple[str, Address, object]]:
        for ticket_id, ticket in self._ocupadas.items():
            yield (
                ticket_id,
                ticket,
                TrocarDono(
                    quem=quem,
                    ticket_id=ticket_id,
                    atendente_id=para,
                    motivo=f"{self.row.nome} foi excluído",
                    forcar=True,
                    de=self.row.id,
                ),
            )

    def apagar(self, quem: Quem, no_lugar: str | None) -> None:  # noqa: ARG002
        row, now, participacao = self.row, self.now(), self.group.participacao
        self._faltam.clear()
        self._gravar(replace(row, online=False, estado=AUSENTE, offline_em=None, excluido_em=now, atualizado_em=now))
        vinculos: list[Vinculo] = [
            MembroRow(row.empresa_id, fila_id, row.id, False) for fila_id in sorted(participacao.proprios.com(row.id))
        ]
        vinculos += [
            EquipeMembroRow(row.empresa_id, equipe_id, row.id, False)
            for equipe_id in sorted(participacao.da_equipe.com(row.id))
        ]
        vincular(self, self.group, vinculos)
        publicar(self, quem, eventos.AtendenteExcluido(row.id), self._alcance())

    def stopped(self) -> None:
        self._exclusao.interromper()
        group, row = self.group, self.row
        group.largar_vez(self.ref)
        if row.excluido_em is not None:
            group.excluidos[row.id] = row.excluido_em
        group.atendentes.pop(row.id, None)
        group.online.discard(row.id)
        group.disponiveis.discard(row.id)
        group.largou_email(row.email, row.id)
