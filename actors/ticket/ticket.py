"""The Ticket actor: one conversation, and the only writer of its row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from msgspec import UNSET
from msgspec.structs import replace

from actors.balanceamento.mensagens import Rebalancear
from actors.diretorio.empresa_viva import EmpresaViva
from actors.exclusao.mensagens import TrocarCanal, TrocarDono, TrocarFila
from actors.ticket import (
    adiamento,
    balanceamento,
    conversa,
    dono,
    dono_offline,
    encaminhamento,
    envio,
    mensagem_de_espera,
    notas,
    oferta,
    pendencia,
    pesquisa,
    reabertura,
    registro,
    resposta_rapida,
    silencio,
    silencio_do_contato,
    sla,
)
from actors.ticket.comandos import (
    AceitarOferta,
    AdiarTicket,
    AtribuirTicket,
    AtualizarTicket,
    CancelarAdiamento,
    ContarEntrega,
    CriarNota,
    EditarNota,
    EncerrarTicket,
    EnviarMensagem,
    ExcluirMensagem,
    ExcluirNota,
    ExcluirTicket,
    MarcarEntregas,
    MarcarLida,
    MarcarLidas,
    NaFila,
    PreencherResposta,
    ReabrirTicket,
    RecusarOferta,
    RespostaPreenchida,
    SinalizarDigitacao,
    TransferirTicket,
    VerNaFila,
    VerPosicao,
    VerTicket,
)
from actors.ticket.mensagens import (
    AdiamentoVencido,
    AvisoSaiu,
    ContatoMudou,
    CorreioDoTicket,
    DeixarDeSerDoCanal,
    DonoOffline,
    FilaFechou,
    MensagemDeEsperaVencida,
    MudarDeFila,
    OfertaVencida,
    Pesquisar,
    PesquisaVencida,
    Puxado,
    RecalcularSla,
    ReverSilencio,
    SilencioDoContatoVencido,
    SilencioVencido,
    SlaVencido,
)
from engine import estados, eventos, identidade
from engine.balanceamento import PorqueNao
from engine.distribuicao import Encaminhamento, OfertaCaiu, Promessa
from engine.distribuicao.estimativa import Posicao
from engine.errors import Conflict
from engine.eventos import do_ticket, publicar
from engine.exclusao import ticket_excluido
from engine.modelo import MensagemRow, NotaRow, Status, TicketRow
from engine.runtime import Actor, Deadline, Ref, handles
from engine.silencio import adiamento as regra_do_adiamento
from engine.silencio import contato


class Ticket(Actor[CorreioDoTicket]):
    """Lives in memory while it is open; a closed one is loaded for a command and retires after it.

    There is nothing of it beside its row: to rebuild it is to look at the row again.
    """

    __slots__ = ()

    group: EmpresaViva
    row: TicketRow

    def __init__(self, group: EmpresaViva, parent: Ref | None, row: TicketRow) -> None:
        super().__init__(group, parent=parent, row=row)
        nada = row.rota is None and row.sla is None and row.silencio is None and row.adiamento is None
        if not nada or row.perguntar_em is not None:
            self.arm_deadlines()

    # -- reading and changing --------------------------------------------------------------------------------------

    @handles(VerTicket)
    def ver(self, comando: VerTicket) -> TicketRow:
        registro.exigir_acesso(self, comando.quem)
        return self.row

    @handles(VerNaFila)
    def ver_na_fila(self, comando: VerNaFila) -> NaFila:
        registro.exigir_acesso(self, comando.quem)
        espera = self.group.distribuicao.espera_de(self.row) if comando.com_espera else None
        return NaFila(self.row, self.group.diretorio.fila_row(self.row.fila_id), espera)

    @handles(VerPosicao)
    def ver_posicao(self, comando: VerPosicao) -> Posicao:
        registro.exigir_acesso(self, comando.quem)
        posicao = self.group.distribuicao.posicao_de(self.row)
        if posicao is None:
            raise Conflict("ticket_nao_espera", "O ticket não espera numa fila: só tem posição o que espera")
        return posicao

    @handles(AtualizarTicket)
    def atualizar(self, comando: AtualizarTicket) -> TicketRow:
        registro.exigir_acesso(self, comando.quem)
        status = comando.status
        if status == "EM_ANDAMENTO":
            dono.recusar_ao_atrasado(self, comando.quem)
        if status is UNSET or status == self.row.status:
            registro.aplicar(self, comando.quem, dono.com_campos(self.row, comando, self.now()))
            return self.row
        estados.exigir_transicao(self.row.status, status)
        if status == "EM_ANDAMENTO" and estados.dono(self.row) is None:
            dono.dar(self, comando, dono.quem_assume(self, comando.quem), forcar=False)
        else:
            self._passar_a(status, comando)
        return self.row

    def _passar_a(self, status: Status, comando: AtualizarTicket) -> None:
        if status == "PENDENTE":
            pendencia.exigir_que_caiba(self, comando.quem)
        depois = dono.com_campos(self._com_status(status), comando, self.now())
        if status in {"RESOLVIDO", "FECHADO"}:
            antes = registro.mudar(self, depois)
            registro.publicar_encerrado(self, comando.quem, antes, None)
        else:
            registro.aplicar(self, comando.quem, depois)

    def _com_status(self, status: Status) -> TicketRow:
        now = self.now()
        if status == "ABERTO":
            return estados.esperar_na_fila(self.row, self.row.fila_id, now)
        if status == "PENDENTE":
            return estados.pendenciar(self.row, now)
        if status == "EM_ANDAMENTO":
            dono.exigir_que_o_dono_sirva(self)
            return estados.retomar(self.row, now)
        return estados.encerrar(self.row, status, now)

    @handles(EncerrarTicket)
    def encerrar(self, comando: EncerrarTicket) -> TicketRow:
        registro.exigir_acesso(self, comando.quem)
        if self.row.status != "FECHADO":
            antes = registro.mudar(self, estados.encerrar(self.row, "FECHADO", self.now()))
            registro.publicar_encerrado(self, comando.quem, antes, comando.motivo)
        return self.row

    @handles(ReabrirTicket)
    def reabrir(self, comando: ReabrirTicket) -> TicketRow:
        registro.exigir_acesso(self, comando.quem)
        if not estados.aberto(self.row.status):
            estados.exigir_transicao(self.row.status, "ABERTO")
            reabertura.reabrir(self, comando.quem)
        return self.row

    @handles(AdiarTicket)
    def adiar(self, comando: AdiarTicket) -> TicketRow:
        registro.exigir_acesso(self, comando.quem)
        return adiamento.adiar(self, comando)

    @handles(CancelarAdiamento)
    def cancelar_adiamento(self, comando: CancelarAdiamento) -> TicketRow:
        registro.exigir_acesso(self, comando.quem)
        return adiamento.cancelar(self, comando)

    @handles(ExcluirTicket)
    def excluir(self, comando: ExcluirTicket) -> None:
        """Closed first, so that its fila and its owner let go of it as they always do."""
        registro.exigir_acesso(self, comando.quem)
        if self.row.status != "FECHADO":
            antes = registro.mudar(self, estados.encerrar(self.row, "FECHADO", self.now()))
            registro.publicar_encerrado(self, comando.quem, antes, "excluido")
        envio.esquecer(self)
        self.become(ticket_excluido(self.row, self.now()))
        publicar(self, comando.quem, eventos.TicketExcluido(self.row.id), do_ticket(self.row))

    # -- its owner -------------------------------------------------------------------------------------------------

    @handles(Promessa)
    def receber_dono(self, m: Promessa) -> None:
        if m.duracao is None:
            dono.receber(self, m)
        elif self.group.distribuicao.vale(m):
            oferta.ofertar(self, m)

    @handles(Puxado)
    def ser_puxado(self, m: Puxado) -> TicketRow:
        return dono.puxar(self, m)

    @handles(Encaminhamento)
    def encaminhar(self, m: Encaminhamento) -> None:
        encaminhamento.seguir(self, m)

    @handles(AceitarOferta)
    def aceitar_oferta(self, comando: AceitarOferta) -> TicketRow:
        registro.exigir_acesso(self, comando.quem)
        return oferta.aceitar(self, comando)

    @handles(RecusarOferta)
    def recusar_oferta(self, comando: RecusarOferta) -> TicketRow:
        registro.exigir_acesso(self, comando.quem)
        return oferta.recusar(self, comando)

    def deadlines(self) -> Iterable[Deadline]:
        """The end of an offer, of the patience with a silent owner or a silent contact, of the time that it is put off
        for; what who waits is told; what is promised; when its contact is asked what it thinks.
        """
        row = self.row
        rota, promessa = row.rota, row.sla
        nada = (row.silencio is None and row.adiamento is None) and (
            rota is None or (rota.oferta is None and rota.responder_ate is None and rota.mensagem_de_espera is None)
        )  # as nearly always
        prazos = () if nada else self._prazos()
        if self.row.perguntar_em is not None:
            prazos = (*prazos, (self.row.perguntar_em, PesquisaVencida(self.row.perguntar_em)))
        vence = None if promessa is None else promessa.vence
        return prazos if vence is None else (*prazos, (vence, SlaVencido(vence)))

    def _prazos(self) -> Iterator[Deadline]:
        yield from self._prazos_da_rota()
        calado_ate, adiado_ate = contato.vence(self.row), regra_do_adiamento.ate(self.row)
        if calado_ate is not None:
            yield calado_ate, SilencioDoContatoVencido(calado_ate)
        if adiado_ate is not None:
            yield adiado_ate, AdiamentoVencido(adiado_ate)

    def _prazos_da_rota(self) -> Iterator[Deadline]:
        da_vez, silencio_ate = estados.oferta_de(self.row), estados.silencio_ate(self.row)
        if da_vez is not None:
            yield da_vez.ate, OfertaVencida(da_vez.ate)
        if silencio_ate is not None:
            yield silencio_ate, SilencioVencido(silencio_ate)
        pendente = estados.mensagem_de_espera(self.row)
        if pendente is not None:
            yield pendente.em, MensagemDeEsperaVencida(pendente.em)

    @handles(SilencioVencido)
    def vencer_silencio(self, m: SilencioVencido) -> None:
        silencio.vencer(self, m.ate)

    @handles(MensagemDeEsperaVencida)
    def vencer_mensagem_de_espera(self, m: MensagemDeEsperaVencida) -> None:
        mensagem_de_espera.vencer(self, m.em)

    @handles(SlaVencido)
    def vencer_sla(self, m: SlaVencido) -> None:
        sla.vencer(self, m.em)

    @handles(PesquisaVencida)
    def vencer_pesquisa(self, m: PesquisaVencida) -> None:
        pesquisa.vencer(self, m.em)

    @handles(Pesquisar)
    def pesquisar(self, m: Pesquisar) -> None:
        pesquisa.perguntar(self, m, conversa.enviar)

    @handles(RecalcularSla)
    def recalcular_sla(self, _: RecalcularSla) -> None:
        sla.rever(self)

    @handles(AdiamentoVencido)
    def vencer_adiamento(self, m: AdiamentoVencido) -> None:
        adiamento.vencer(self, m.ate)

    @handles(SilencioDoContatoVencido)
    def vencer_silencio_do_contato(self, m: SilencioDoContatoVencido) -> None:
        silencio_do_contato.vencer(self, m.em)

    @handles(AvisoSaiu)
    def aviso_saiu(self, m: AvisoSaiu) -> None:
        silencio_do_contato.aviso_saiu(self, m.mensagem_id)

    @handles(ReverSilencio)
    def rever_silencio(self, _: ReverSilencio) -> None:
        silencio_do_contato.rever(self)

    @handles(FilaFechou)
    def fila_fechou(self, _: FilaFechou) -> None:
        silencio.fechar(self)

    @handles(OfertaVencida)
    def vencer_oferta(self, m: OfertaVencida) -> None:
        oferta.vencer(self, m.ate)

    @handles(OfertaCaiu)
    def oferta_caiu(self, m: OfertaCaiu) -> None:
        oferta.caiu(self, m)

    @handles(AtribuirTicket)
    def atribuir(self, comando: AtribuirTicket) -> TicketRow:
        registro.exigir_acesso(self, comando.quem)
        return dono.atribuir(self, comando)

    @handles(TransferirTicket)
    def transferir(self, comando: TransferirTicket) -> TicketRow:
        registro.exigir_acesso(self, comando.quem)
        return dono.transferir(self, comando)

    @handles(DonoOffline)
    def dono_offline(self, m: DonoOffline) -> None:
        dono_offline.tratar(self, m)

    # -- messages --------------------------------------------------------------------------------------------------

    @handles(EnviarMensagem)
    def enviar_mensagem(self, comando: EnviarMensagem) -> MensagemRow | None:
        registro.exigir_acesso(self, comando.quem)
        return conversa.enviar(self, comando)

    @handles(PreencherResposta)
    def preencher_resposta(self, comando: PreencherResposta) -> RespostaPreenchida:
        registro.exigir_acesso(self, comando.quem)
        return resposta_rapida.preenchida(self, comando)

    @handles(MarcarLida)
    def marcar_lida(self, comando: MarcarLida) -> None:
        registro.exigir_acesso(self, comando.quem)
        conversa.marcar_lida(self, comando)

    @handles(MarcarLidas)
    def marcar_lidas(self, comando: MarcarLidas) -> int:
        registro.exigir_acesso(self, comando.quem)
        return conversa.marcar_lidas(self, comando)

    @handles(SinalizarDigitacao)
    def sinalizar_digitacao(self, comando: SinalizarDigitacao) -> None:
        registro.exigir_acesso(self, comando.quem)
        envio.sinalizar_digitacao(self)

    @handles(MarcarEntregas)
    def marcar_entregas(self, comando: MarcarEntregas) -> None:
        registro.exigir_acesso(self, comando.quem)
        conversa.marcar_entregas(self, comando)

    @handles(ExcluirMensagem)
    def excluir_mensagem(self, comando: ExcluirMensagem) -> None:
        registro.exigir_acesso(self, comando.quem)
        conversa.excluir(self, comando)

    @handles(ContarEntrega)
    def contar_entrega(self, comando: ContarEntrega) -> None:
        publicar(self, comando.quem, comando.evento, do_ticket(self.row), comando.mudancas)

    # -- notes -----------------------------------------------------------------------------------------------------

    @handles(CriarNota)
    def criar_nota(self, comando: CriarNota) -> NotaRow:
        registro.exigir_acesso(self, comando.quem)
        return notas.criar(self, comando)

    @handles(EditarNota)
    def editar_nota(self, comando: EditarNota) -> NotaRow:
        registro.exigir_acesso(self, comando.quem)
        return notas.editar(self, comando)

    @handles(ExcluirNota)
    def excluir_nota(self, comando: ExcluirNota) -> None:
        registro.exigir_acesso(self, comando.quem)
        notas.excluir(self, comando)

    # -- what it belongs to changes --------------------------------------------------------------------------------

    @handles(ContatoMudou)
    def contato_mudou(self, m: ContatoMudou) -> None:
        """Show the contact as it is now. What has closed meanwhile was written together with the contact."""
        depois = identidade.no_ticket(self.row, m.contato, m.trocas)
        if estados.aberto(self.row.status) and depois is not self.row:
            antes = registro.mudar(self, replace(depois, atualizado_em=self.now()))
            mudancas = eventos.mudancas_do_contato_no_ticket(antes, depois)  # another policy may hold by its tags
            registro.publicar_atualizado(self, m.quem, antes, mudancas | eventos.mudancas_do_ticket(antes, self.row))

    @handles(DeixarDeSerDoCanal)
    def deixar_de_ser_do_canal(self, m: DeixarDeSerDoCanal) -> None:
        registro.aplicar(self, m.quem, replace(self.row, do_canal=False))

    @handles(MudarDeFila)
    def mudar_de_fila(self, m: MudarDeFila) -> None:
        if self.row.fila_id == m.fila_id and estados.espera(self.row):
            registro.aplicar(
                self, registro.sistema(self), estados.na_fila(self.row, self.group.diretorio.fila_padrao, self.now())
            )

    @handles(TrocarFila)
    def trocar_fila(self, m: TrocarFila) -> None:
        """Only what is open moves: a closed ticket keeps on record what it had."""
        row = self.row
        if row.fila_id == m.de and estados.aberto(row.status):
            antes = registro.mudar(self, replace(estados.na_fila(row, m.para, self.now()), atualizado_em=self.now()))
            pedido = TransferirTicket(quem=m.quem, ticket_id=row.id, fila_id=m.para, motivo=m.motivo)
            registro.publicar_transferido(self, pedido, antes)

    @handles(TrocarCanal)
    def trocar_canal(self, m: TrocarCanal) -> None:
        if self.row.canal_id == m.de and estados.aberto(self.row.status):
            # another canal may have a conversation of its own with the contact: this one is a guest there
            registro.aplicar(self, m.quem, replace(self.row, canal_id=m.para, do_canal=False, endereco=None))

    @handles(TrocarDono)
    def trocar_dono(self, m: TrocarDono) -> TicketRow:
        return dono.trocar(self, m)

    @handles(Rebalancear)
    def rebalancear(self, m: Rebalancear) -> PorqueNao | None:
        return balanceamento.rebalancear(self, m)

    # -- crashes, and the end --------------------------------------------------------------------------------------

    def recovered(self, message: object) -> None:
        distribuicao = self.group.distribuicao
        if isinstance(message, Promessa | Puxado):
            promessa = message.promessa if isinstance(message, Puxado) else message
            self.once_released(partial(distribuicao.desfazer, promessa))
        elif message is None or isinstance(message, OfertaCaiu):  # given to nobody, or to who may not have it
            self.once_released(partial(distribuicao.ticket_mudou, None, self.row))
        dono_offline.rever(self)
        sla.rever_de_novo(self)
        self.retiring = not estados.aberto(self.row.status) and self.row.perguntar_em is None

    def suspended(self) -> None:
        self.group.distribuicao.suspender(self.row)

    def stopped(self) -> None:
        self.group.diretorio.tickets.pop(self.row.id, None)
