"""The Canal: a way by which contacts write to an empresa."""

from __future__ import annotations

from functools import partial

from actors.canal.anotacoes import Anotacoes
from actors.canal.cadastro import CadastroDoCanal
from actors.canal.comandos import (
    AtualizarCanal,
    BaterPonto,
    CanalEstado,
    ConexaoDoCanal,
    DescartarMortos,
    DespachoVisto,
    ExcluirCanal,
    LargarCanal,
    PausarCanal,
    ReceberMensagem,
    ReceberNovidades,
    ReceberStatus,
    ReceberWebhook,
    ReenviarMortos,
    ResponderTrabalho,
    RetomarCanal,
    TomarTrabalhos,
    VerCanal,
    VerConexao,
    VerDespacho,
    VerificarWebhook,
)
from actors.canal.conexao import Conexao
from actors.canal.consultas import Consultas
from actors.canal.despacho import Despacho
from actors.canal.freios import NENHUM
from actors.canal.gancho import Gancho
from actors.canal.ganchos import (
    AtualizarGancho,
    ExcluirGancho,
    GanchoAberto,
    GanchoEstado,
    ReenviarEntrega,
    RenovarSegredo,
    TestarGancho,
    VerGancho,
)
from actors.canal.linha import Anotador
from actors.canal.mensagens import (
    AbrirDespacho,
    AcordarDespacho,
    CorreioDoCanal,
    EnviosAchados,
    EnviosLidos,
    EsquecerDoContato,
    EsquecerDoTicket,
    EsquecerEnvio,
    NovoEnvio,
    Regravar,
)
from actors.canal.noticias import Noticias
from actors.canal.segredos import Segredos
from actors.canal.webhooks import WebhooksDoCanal
from actors.diretorio.diretorio import canal_nao_encontrado
from actors.diretorio.empresa_viva import EmpresaViva
from actors.exclusao.exclusao import Exclusao
from actors.exclusao.mensagens import ExclusaoVencida, TrocarFila, Trocou
from engine.conector.enderecos import Endereco
from engine.conector.webhooks_whatsapp import Alvo
from engine.envios.avisos import inscricao_de, pessoa_de
from engine.envios.cadencia import Cadencia
from engine.envios.cargas import NaFila, destino
from engine.errors import BalcaoError, fora_de_ordem
from engine.estados import espera
from engine.modelo import CanalRow, EnvioRow, Quem
from engine.runtime import Actor, Ask, Ref, handles


class Canal(Actor[CorreioDoCanal]):
    """A channel: what it is, what comes in by it, and what goes out."""

    __slots__ = (
        "_anotador", "_cadastro", "_cadencia", "_conexao", "_consultas", "_despacho", "_exclusao", "_gancho",
        "_noticias", "_webhooks",
    )  # fmt: skip

    group: EmpresaViva
    row: CanalRow

    def __init__(self, group: EmpresaViva, parent: Ref | None, row: CanalRow, segredos: Segredos) -> None:
        super().__init__(group, parent=parent, row=row)
        opcoes, leituras = group.ajustes.opcoes, group.leituras
        self._cadastro = CadastroDoCanal(self, group, segredos)
        self._consultas = Consultas(self, partial(leituras.procurar_envios, group, row.id))
        self._gancho = Gancho(self, group, self._cadastro, self._consultas, lambda: self._despacho)
        self._cadencia = Cadencia()
        do_gancho = row.tipo == "webhook"
        self._anotador: Anotador = (
            self._gancho.anotar if do_gancho else Anotacoes(self, group, self._cadencia).anotar
        )  # fmt: skip
        self._despacho = Despacho(
            self,
            opcoes.politica_de_envio,
            opcoes.endereco_de_arquivo,
            partial(leituras.ler_envios, group, row.id),
            self._anotar,
            self._pausar_por_erro,
            opcoes.sorteio,
            self._destino,
            self._sem_efeito,
        )
        ao_desistir = self._despacho.esvaziamento.desistir
        self._exclusao = Exclusao(self, group, row.id, self._cadastro, ao_desistir=ao_desistir)
        self._conexao = Conexao(self, group, self._despacho, self._consultas)
        self._noticias = Noticias(
            self, self._despacho, self._consultas, opcoes.politica_de_envio, opcoes.sorteio
        )  # fmt: skip
        self._webhooks = WebhooksDoCanal(self, group, self._cadastro)

    def _destino(self, envio: EnvioRow) -> Endereco | None:
        """Where a message goes now: its contact may have another number since it was said. None: where the job says,
        for its ticket is closed, or has gone to another canal.
        """
        ticket = None if envio.mensagem_id is None else self.group.diretorio.ticket_row(envio.ticket_id or "")
        para = None if ticket is None or ticket.canal_id != self.row.id else destino(ticket, self.row.tipo)
        return None if para is None or para.tipo == "remetente" else para

    def _sem_efeito(self, item: NaFila) -> str | None:
        """Why a job is not to be done any more: it tells who waits where it stands, and that one does not wait; or it
        warns who is silent, and that one is not; or it is a notice for somebody who was deleted, or does not want it
        there any more.
        """
        pessoa = pessoa_de(item.row)
        if pessoa is not None and self.group.diretorio.foi_excluido(pessoa):
            return "Quem seria avisado foi excluído"
        if item.row.trabalho == "enviar_push" and self.group.inscricoes.por_id(inscricao_de(item.row)) is None:
            return "O navegador não quer mais avisos"
        if not (item.enquanto_espera or item.enquanto_cala):
            return None
        ticket = self.group.diretorio.ticket_row(item.row.ticket_id or "")
        if item.enquanto_cala:
            silencio = None if ticket is None else ticket.silencio
            vale = silencio is not None and silencio.aviso_id == item.row.mensagem_id
            return None if vale else "O contato não está mais em silêncio"
        return None if ticket is not None and espera(ticket) else "O contato não espera mais na fila"

    def _anotar(self, antes: EnvioRow, depois: EnvioRow) -> None:
        self._anotador(antes, depois)
        self._consultas.mudou(depois)

    def _pausar_por_erro(self, motivo: str) -> None:
        """The provider takes nothing more by it: whoever sets up the canal has to see to that."""
        self._cadastro.pausar(Quem(self.row.empresa_id, None, "sistema"), motivo)

    def recovered(self, message: object) -> None:  # noqa: ARG002
        self._exclusao.recuperar()
        self._consultas.refazer()
        self._despacho.refazer()

    def suspended(self) -> None:
        self._exclusao.interromper()
        self._abandonar()

    def stopped(self) -> None:
        self._exclusao.interromper()
        self._abandonar()
        self.group.canal_saiu(self.row.id)

    def _abandonar(self) -> None:
        """Whoever waits is told why."""
        erro = fora_de_ordem if self.row.excluido_em is None else canal_nao_encontrado
        self._consultas.abandonar(erro)
        self._despacho.abandonar(erro)

    # -- what it is ----------------------------------------------------------------------------------------------------

    @handles(Regravar)
    def regravar(self, _: Regravar) -> None:
        self._cadastro.regravar()

    @handles(VerCanal)
    def ver(self, _: VerCanal) -> CanalEstado:
        return self._cadastro.estado()

    @handles(VerConexao)
    def ver_conexao(self, comando: VerConexao) -> ConexaoDoCanal:
        return self._cadastro.conexao(comando)

    @handles(AtualizarCanal)
    def atualizar(self, comando: AtualizarCanal) -> CanalEstado:
        estado = self._cadastro.atualizar(comando)
        self._despacho.servir()
        return estado

    @handles(PausarCanal)
    def pausar(self, comando: PausarCanal) -> CanalEstado:
        return self._cadastro.pausar(comando.quem, comando.motivo)

    @handles(RetomarCanal)
    def retomar(self, comando: RetomarCanal) -> CanalEstado:
        estado = self._cadastro.retomar(comando.quem)
        self._despacho.religar()
        return estado

    @handles(ReceberNovidades)
    def receber_novidades(self, comando: ReceberNovidades) -> None:
        self._cadastro.receber_novidades(comando)

    @handles(TrocarFila)
    def trocar_fila(self, m: TrocarFila) -> None:
        self._cadastro.trocar_fila(m)

    @handles(ExcluirCanal)
    def excluir(self, comando: ExcluirCanal) -> None:
        """Nothing that waits is left behind: it is given up first, to what takes its place, and that is told."""
        esvaziamento = self._despacho.esvaziamento
        try:
            self._exclusao.exigir(comando.realocar)
        except BalcaoError:
            if self._exclusao.em_curso is None:
                esvaziamento.desistir()
            raise
        if esvaziamento.feito:
            self._exclusao.pedir(comando.quem, comando.realocar)
        else:
            herdeiro = None if comando.realocar is None else self.group.diretorio.canal_row(comando.realocar)
            esvaziamento.comecar(Ask(comando, self.defer()), herdeiro)
            self._despacho.servir()

    @handles(Trocou)
    def trocou(self, m: Trocou) -> None:
        self._exclusao.trocou(m)

    @handles(ExclusaoVencida)
    def vencer_exclusao(self, m: ExclusaoVencida) -> None:
        self._exclusao.venceu(m)

    # -- a webhook to another system -----------------------------------------------------------------------------------

    @handles(VerGancho)
    def ver_gancho(self, comando: VerGancho) -> GanchoAberto:
        return self._gancho.ver(comando)

    @handles(AtualizarGancho)
    def atualizar_gancho(self, comando: AtualizarGancho) -> GanchoEstado:
        return self._gancho.atualizar(comando)

    @handles(RenovarSegredo)
    def renovar_segredo(self, comando: RenovarSegredo) -> GanchoEstado:
        return self._gancho.renovar_segredo(comando.quem)

    @handles(ExcluirGancho)
    def excluir_gancho(self, comando: ExcluirGancho) -> None:
        self._gancho.excluir(comando.quem)

    @handles(TestarGancho)
    def testar_gancho(self, _: TestarGancho) -> EnvioRow:
        return self._gancho.testar()

    @handles(ReenviarEntrega)
    def reenviar_entrega(self, comando: ReenviarEntrega) -> None:
        self._gancho.reenviar(comando)

    # -- what comes in -------------------------------------------------------------------------------------------------

    @handles(ReceberWebhook)
    def receber_webhook(self, comando: ReceberWebhook) -> tuple[Alvo, ...]:
        return self._webhooks.receber(comando)

    @handles(VerificarWebhook)
    def verificar_webhook(self, comando: VerificarWebhook) -> str:
        return self._webhooks.verificar(comando)

    @handles(ReceberMensagem)
    def receber_mensagem(self, comando: ReceberMensagem) -> None:
        self._conexao.receber_mensagem(comando)

    @handles(ReceberStatus)
    def receber_status(self, comando: ReceberStatus) -> None:
        self._noticias.receber_status(comando)

    # -- jobs ----------------------------------------------------------------------------------------------------------

    @handles(AbrirDespacho)
    def abrir_despacho(self, _: AbrirDespacho) -> None:
        self._despacho.abrir()

    @handles(NovoEnvio)
    def novo_envio(self, m: NovoEnvio) -> None:
        self._despacho.novo(m)

    @handles(EsquecerEnvio)
    def esquecer_envio(self, m: EsquecerEnvio) -> None:
        self._despacho.esquecer(m)

    @handles(EsquecerDoTicket)
    def esquecer_do_ticket(self, m: EsquecerDoTicket) -> None:
        self._despacho.esquecer_do_ticket(m)

    @handles(EsquecerDoContato)
    def esquecer_do_contato(self, m: EsquecerDoContato) -> None:
        self._despacho.esquecer_do_contato(m)

    @handles(EnviosLidos)
    def envios_lidos(self, m: EnviosLidos) -> None:
        self._despacho.lidos(m)

    @handles(EnviosAchados)
    def envios_achados(self, m: EnviosAchados) -> None:
        self._consultas.achados(m)

    @handles(AcordarDespacho)
    def acordar_despacho(self, m: AcordarDespacho) -> None:
        self._despacho.acordar(m)

    @handles(TomarTrabalhos)
    def tomar_trabalhos(self, comando: TomarTrabalhos) -> None:
        self._despacho.tomar(comando)

    @handles(ResponderTrabalho)
    def responder_trabalho(self, comando: ResponderTrabalho) -> None:
        self._noticias.responder(comando)

    @handles(LargarCanal)
    def largar(self, comando: LargarCanal) -> None:
        self._despacho.largar(comando)

    @handles(BaterPonto)
    def bater_ponto(self, comando: BaterPonto) -> None:
        self._despacho.bateu(comando)

    @handles(VerDespacho)
    def ver_despacho(self, _: VerDespacho) -> DespachoVisto:
        agora = self.now()
        descanso = self._despacho.descanso() or NENHUM
        feitos = self._cadencia.do_minuto(agora)
        return DespachoVisto(agora, feitos, self._despacho.aberto_ate(), descanso.ate or None, descanso.motivo)

    @handles(ReenviarMortos)
    def reenviar_mortos(self, comando: ReenviarMortos) -> None:
        self._conexao.reenviar(comando)

    @handles(DescartarMortos)
    def descartar_mortos(self, comando: DescartarMortos) -> None:
        self._conexao.descartar(comando)
