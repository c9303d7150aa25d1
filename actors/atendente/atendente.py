"""The Atendente: its presence, its set-up and its deletion."""

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
    EncerrarArremates,
    ExcluirAtendente,
    MudarPresenca,
    VerArremates,
    VerAtendente,
    VerEstados,
)
from actors.atendente.habilidades import com_habilidades
from actors.atendente.mensagens import CorreioDoAtendente, GracaVencida, Iniciar, RespondeuOferta
from actors.diretorio.empresa_viva import EmpresaViva
from actors.diretorio.inscricoes import esquecer
from actors.diretorio.vinculos import vincular
from actors.documentos.mensagens import TrocarNosDocumentos
from actors.exclusao.exclusao import Exclusao
from actors.exclusao.mensagens import ExclusaoVencida, TrocarDono, Trocou
from actors.ticket.mensagens import DonoOffline
from engine import eventos, presenca
from engine.capacidade import disponivel
from engine.errors import Detalhe, Invalid
from engine.eventos import Alcance, publicar
from engine.modelo import AUSENTE, DISPONIVEL, ArremateRow, AtendenteRow, EquipeMembroRow, MembroRow, Quem
from engine.participacao import Vinculo
from engine.politica.da_fila import politica_de
from engine.presenca import estado_desde
from engine.remendo import com_campos
from engine.runtime import Actor, Address, Deadline, Ref, handles
from engine.vistas import atendente_vista


class Atendente(Actor[CorreioDoAtendente]):
    """An agent: its presence, its capacity, its set-up. Its slots are the distribution's (:mod:`engine.distribuicao`),
    which counts them by what the tickets say: so there is nothing to rebuild after a crash.
    """

    __slots__ = ("_exclusao",)

    em_uso = ("atendente_em_uso", "O atendente tem tickets e não pode ser excluído")

    group: EmpresaViva
    row: AtendenteRow

    def __init__(self, group: EmpresaViva, parent: Ref | None, row: AtendenteRow) -> None:
        super().__init__(group, parent=parent, row=row)
        self._exclusao = Exclusao(self, group, row.id, self)

    def _estado(self) -> AtendenteEstado:
        return AtendenteEstado(self.row, self.group.distribuicao.mostrados(self.row.id))

    @handles(Iniciar)
    def iniciar(self, _: Iniciar) -> None:
        """The empresa was loaded: connections of before are gone. Whoever was held online by one may come back, also if
        it was waited for already: nobody could come while the server was away.
        """
        self._esperar_quem_havia()
        self._avisar_tickets()

    def _esperar_quem_havia(self) -> None:
        row = self.row
        if row.offline_em is not None or (row.online and row.por_conexao):
            self._esperar_conexao()

    # -- presence --------------------------------------------------------------------------------------------------

    @handles(MudarPresenca)
    def mudar_presenca(self, comando: MudarPresenca) -> AtendenteEstado:
        row, online, motivo = self.row, comando.online, comando.motivo
        ativos = self.group.distribuicao.mostrados(row.id)  # a refusal comes before anything has changed
        estado = self._estado_pedido(comando)
        if comando.estado is UNSET and motivo is None and online and row.online:
            motivo = row.motivo
        igual = (row.online, row.estado, row.motivo) == (online, estado, motivo)
        if not igual or row.offline_em is not None or row.estado_ao_voltar is not None:
            self._ficar(comando.quem, online, estado, motivo)
        return AtendenteEstado(self.row, ativos)

    def _estado_pedido(self, comando: MudarPresenca) -> str:
        if comando.estado is UNSET:
            return presenca.estado_sem_dizer(self.row, online=comando.online)
        try:
            return presenca.estado_dito(comando.estado, self.group.ajustes.estados, online=comando.online)
        except presenca.Incoerente as erro:
            problema = Detalhe("estado", str(erro))
            raise Invalid("estado_invalido", f"estado: {erro}", (problema,)) from None

    def _ficar(self, quem: Quem, online: bool, estado: str, motivo: str | None, ao_voltar: str | None = None) -> None:
        antes, now = self.row, self.now()
        fica_disponivel = online and estado == DISPONIVEL
        ocioso_desde = self.group.distribuicao.ocioso_desde(antes) if disponivel(antes) == fica_disponivel else now
        self._gravar(
            replace(
                antes,
                online=online,
                estado=estado,
                motivo=motivo,
                offline_em=None,
                por_conexao=antes.por_conexao and antes.offline_em is None,
                ocioso_desde=ocioso_desde,
                estado_ao_voltar=ao_voltar,
                atualizado_em=now,
            )
        )
        if (antes.online, antes.estado, antes.motivo) != (online, estado, motivo):
            evento = eventos.AtendenteStatus(self.row.id, self.row.nome, online, estado, motivo)
            publicar(self, quem, evento, self._alcance(), eventos.mudancas_do_atendente(antes, self.row))
            self.save(estado_desde(self.row, now, quem))
        self._avisar_tickets()

    def _gravar(self, depois: AtendenteRow) -> None:
        self.become(depois)
        self.once_released(partial(self.group.presenca_mudou, depois))

    def _avisar_tickets(self) -> None:
        """Its tickets are told that it is away: each asks its fila's setting whether it stays."""
        if not self.row.online:
            for ticket_id in self.group.distribuicao.tickets_de(self.row.id):
                ticket = self.group.diretorio.tickets.get(ticket_id)
                if ticket is not None:
                    ticket.tell(DonoOffline(self.row.id))

    def _alcance(self) -> Alcance:
        return Alcance(atendente_id=self.row.id)

    @handles(Conectou)
    def conectou(self, _: Conectou) -> None:
        """From now on its connections hold its presence."""
        if not self.row.por_conexao or self.row.offline_em is not None:
            self._gravar(replace(self.row, por_conexao=True, offline_em=None))

    @handles(Desconectou)
    def desconectou(self, _: Desconectou) -> None:
        if self.row.online and self.row.offline_em is None:
            self._esperar_conexao()
        elif not self.row.online and self.row.por_conexao:
            self._gravar(replace(self.row, por_conexao=False))

    def _esperar_conexao(self) -> None:
        prazo = self.now() + self.group.ajustes.opcoes.graca_conexao
        self._gravar(replace(self.row, offline_em=prazo))

    def deadlines(self) -> Iterator[Deadline]:
        """The end of the grace period."""
        if self.row.offline_em is not None:
            yield self.row.offline_em, GracaVencida(self.row.offline_em)

    @handles(GracaVencida)
    def vencer_graca(self, m: GracaVencida) -> None:
        if self.row.offline_em == m.prazo:
            sistema, estado = Quem(self.row.empresa_id, None, "sistema"), self.row.estado
            volta = None if estado == DISPONIVEL else estado
            self._ficar(sistema, online=False, estado=AUSENTE, motivo="conexao_perdida", ao_voltar=volta)

    # -- offers --------------------------------------------------------------------------------------------------------

    @handles(RespondeuOferta)
    def respondeu_oferta(self, m: RespondeuOferta) -> None:
        """Who lets so many offers pass as the fila says is not there, whatever it says: its estado is another."""
        fila, antes = self.group.diretorio.fila_row(m.fila_id), self.row
        quantas = 0 if m.respondeu else antes.sem_resposta + 1
        if quantas == antes.sem_resposta:
            return
        oferta = None if fila is None else politica_de(fila).oferta
        demais = oferta is not None and 0 < oferta.sem_resposta <= quantas
        self._gravar(replace(antes, sem_resposta=0 if demais else quantas))
        if oferta is not None and demais and disponivel(antes):
            sistema = Quem(antes.empresa_id, None, "sistema")
            self._ficar(sistema, online=True, estado=oferta.estado_sem_resposta, motivo="sem_resposta")

    # -- wrap-up -------------------------------------------------------------------------------------------------------

    @handles(VerArremates)
    def ver_arremates(self, _: VerArremates) -> list[ArremateRow]:
        return self.group.distribuicao.arremates_de(self.row.id)

    @handles(EncerrarArremates)
    def encerrar_arremates(self, comando: EncerrarArremates) -> list[ArremateRow]:
        """It is done sooner than it might have been, and free for others."""
        todos, now = self.group.distribuicao.arremates_de(self.row.id), self.now()
        agora = [um for um in todos if comando.ticket_id in {None, um.ticket_id}]
        for um in agora:
            self.save(replace(um, ate=now))
            self.once_released(partial(self.group.distribuicao.arrematou, um))
        if agora:
            evento = eventos.ArremateEncerrado(self.row.id, tuple(um.ticket_id for um in agora))
            publicar(self, comando.quem, evento, self._alcance())
        return [um for um in todos if um not in agora]

    # -- set-up ----------------------------------------------------------------------------------------------------

    @handles(VerAtendente)
    def ver(self, _: VerAtendente) -> AtendenteEstado:
        return self._estado()

    @handles(VerEstados)
    def ver_estados(self, _: VerEstados) -> None:
        """They are read from the store; here is only whether there is such an atendente."""

    @handles(AtualizarAtendente)
    def atualizar(self, comando: AtualizarAtendente) -> AtendenteEstado:
        antes, depois = self.row, com_habilidades(com_campos(self.row, comando), comando.niveis)
        ativos = self.group.distribuicao.mostrados(antes.id)  # a refusal comes before anything has changed
        if depois == antes:
            return AtendenteEstado(antes, ativos)
        if depois.email != antes.email:  # of two who share one since before that was refused, each can be changed
            self.group.acesso.exigir_email_livre(depois.email, antes.id)
        self._gravar(replace(depois, atualizado_em=self.now()))
        self.once_released(partial(self.group.acesso.email_mudou, antes.email, depois))
        evento = eventos.AtendenteAtualizado(atendente_vista(self.row, ativos))
        publicar(self, comando.quem, evento, self._alcance(), eventos.mudancas_do_atendente(antes, self.row))
        return AtendenteEstado(self.row, ativos)

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
        return self.group.diretorio.atendente(id_)

    def usos(self) -> list[Detalhe]:
        remedio = "transfira-os antes, ou exclua com ?realocar=<id de outro atendente>"
        ativos = self.group.distribuicao.ativos(self.row.id)
        tickets = [Detalhe("tickets", f"Atende {ativos} ticket(s): {remedio}")] if ativos else []
        return [*tickets, *self.group.documentos.usos(self.row.id)]

    def ocupado(self) -> bool:
        return self.group.distribuicao.ativos(self.row.id) > 0 or bool(self.group.documentos.que_citam(self.row.id))

    def a_trocar(self, para: str, quem: Quem) -> Iterator[tuple[str, Address, object]]:
        if self.group.documentos.que_citam(self.row.id):
            yield "documentos", self.group.diretorio.empresa, TrocarNosDocumentos(self.row.id, para, quem)
        for ticket_id in self.group.distribuicao.tickets_de(self.row.id):
            yield (
                ticket_id,
                self.group.diretorio.tickets[ticket_id],
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
        row, now, participacao = self.row, self.now(), self.group.diretorio.participacao
        self._gravar(replace(row, online=False, estado=AUSENTE, offline_em=None, excluido_em=now, atualizado_em=now))
        vinculos: list[Vinculo] = [
            MembroRow(row.empresa_id, fila_id, row.id, False) for fila_id in sorted(participacao.proprios.com(row.id))
        ]
        vinculos += [
            EquipeMembroRow(row.empresa_id, equipe_id, row.id, False)
            for equipe_id in sorted(participacao.da_equipe.com(row.id))
        ]
        vincular(self, self.group, vinculos)
        for inscricao in list(self.group.inscricoes.de(row.id)):
            esquecer(self, self.group.inscricoes, inscricao)
        self.once_released(partial(self.group.avisos.saiu, row.id))
        publicar(self, quem, eventos.AtendenteExcluido(row.id), self._alcance())

    # -- crashes, and the end --------------------------------------------------------------------------------------

    def recovered(self, message: object) -> None:
        self._exclusao.recuperar()
        if isinstance(message, Iniciar):
            self._esperar_quem_havia()
        elif message is None:  # after a quarantine, in which it was given nothing
            self.once_released(partial(self.group.distribuicao.deixar_de_dar, self.row.id, parado=False))
        self._avisar_tickets()

    def suspended(self) -> None:
        self._exclusao.interromper()
        self.group.distribuicao.deixar_de_dar(self.row.id, parado=True)

    def stopped(self) -> None:
        self._exclusao.interromper()
        self.group.atendente_saiu(self.row)
