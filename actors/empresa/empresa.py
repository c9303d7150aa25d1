"""The Empresa: supervisor of a tenant's actors, giver of ticket numbers, and the address of what has no actor yet."""

from __future__ import annotations

from functools import partial

from actors.atendente.comandos import (
    AtendenteEstado,
    CriarAtendente,
    GarantirAtendente,
    ListarAtendentes,
    RevogarAcesso,
)
from actors.balanceamento.balanceamento import Balanceamentos
from actors.balanceamento.mensagens import BalanceamentoVencido, Rebalanceado
from actors.canal.comandos import CanalEstado, CriarCanal, DescartarOrfaos, ListarCanais, MortosTratados
from actors.canal.ganchos import CriarGancho, GanchoEstado, ListarGanchos
from actors.contatos.adiados import Adiados
from actors.contatos.agenda import Agenda
from actors.contatos.comandos import AtualizarContato, CriarContato, ExcluirContato, UnirContatos
from actors.contatos.contatos import Contatos
from actors.contatos.mensagens import (
    ConferirConversas,
    ContatoAtendido,
    ContatosCarregados,
    LeituraDeContatos,
    LevarAosTickets,
    PesquisarContato,
)
from actors.diretorio.empresa_viva import EmpresaViva
from actors.diretorio.mensagens import (
    AvancarDistribuicao,
    ContinuarRevisaoDeSla,
    EntregarRetidos,
    RefazerDistribuicao,
    ReverSla,
)
from actors.documentos.comandos import (
    CriarDocumento,
    ExcluirDocumento,
    GravarDocumento,
    ListarDocumentos,
    VerDocumento,
)
from actors.documentos.documentos import DocumentosDaEmpresa
from actors.documentos.mensagens import TrocarNosDocumentos
from actors.empresa import devolvidas, ganchos, listas, orfaos
from actors.empresa.abertura import Abertura
from actors.empresa.avisos import DESCANSO_MS, AvisosDaEmpresa
from actors.empresa.cadastro import CadastroDaEmpresa
from actors.empresa.carregamento import Carregamento
from actors.empresa.comandos import (
    AtualizarEmpresa,
    BalancearCarga,
    CancelarInscricao,
    InscreverPush,
    InscricoesDeAlguem,
    VerEmpresa,
    VerInscricoes,
    VerPosicoes,
)
from actors.empresa.comandos_de_avisos import (
    Apresentar,
    LerNotificacoes,
    MudarPreferencias,
    PreferenciasDeAlguem,
    PreverAviso,
    VerPreferencias,
)
from actors.empresa.criacao import Criacao
from actors.empresa.entradas import Entradas
from actors.empresa.inscricoes import InscricoesDePush
from actors.empresa.mensagens import (
    AbrirComMensagem,
    CorreioDaEmpresa,
    Inaugurar,
    MensagemDoCanal,
    ParaTicket,
    TicketCarregado,
    TicketDoCanal,
)
from actors.empresa.revisao_de_sla import RevisaoDeSla
from actors.equipe.comandos import CriarEquipe, EquipeEstado, ListarEquipes
from actors.fila.comandos import CriarFila, FilaEstado, ListarFilas
from actors.ticket.comandos import CriarTicket
from actors.ticket.ticket import Ticket
from engine.avisos.previa import Previa
from engine.balanceamento.vista import Balanceamento
from engine.distribuicao.estimativa import Posicao
from engine.modelo import AcessoRow, CanalRow, ContatoRow, DocumentoRow, EmpresaRow, InscricaoRow, Quem, TicketRow
from engine.runtime import Actor, Ref, Undelivered, handles

FILA_PADRAO = "Geral"


class Empresa(Actor[CorreioDaEmpresa]):
    """One tenant. Its row holds the last ``numero`` given."""

    __slots__ = (
        "_abertura",
        "_adiados",
        "_avisos",
        "_balanceamentos",
        "_cadastro",
        "_carregamento",
        "_contatos",
        "_criacao",
        "_documentos",
        "_entradas",
        "_inscricoes",
        "_revisao_de_sla",
    )

    group: EmpresaViva
    row: EmpresaRow

    def __init__(self, group: EmpresaViva, row: EmpresaRow) -> None:
        super().__init__(group, row=row)
        agenda = Agenda(lambda: group.durable_seq)
        self._adiados = Adiados(self, agenda, partial(group.leituras.ler_contatos, group))
        self._contatos = Contatos(self, group, agenda, self._adiados)
        self._abertura = Abertura(self, group, self._contatos)
        ler_do_canal = partial(group.leituras.ler_ticket_do_canal, group)
        self._entradas = Entradas(self, group, self._contatos, self._abertura, ler_do_canal)
        self._carregamento = Carregamento(
            self,
            group.diretorio.tickets,
            ler=partial(group.leituras.ler_ticket, group),
            reviver=self._reviver,
            saiu_de_caminho=group.saiu_de_caminho,
        )
        self._criacao = Criacao(self, group)
        self._cadastro = CadastroDaEmpresa(self, group)
        self._documentos = DocumentosDaEmpresa(self, group)
        self._revisao_de_sla = RevisaoDeSla(self, group)
        self._inscricoes = InscricoesDePush(self, group)
        self._avisos = AvisosDaEmpresa(self, group)
        self._balanceamentos = Balanceamentos(self, group)

    def recovered(self, message: object) -> None:
        self._balanceamentos.recuperar()
        self._adiados.recuperar(message)
        self._carregamento.recuperar(message)
        self._entradas.recuperar(message)
        self._revisao_de_sla.comecar()
        descanso = DESCANSO_MS if isinstance(message, EntregarRetidos) else 0
        self.once_released(partial(self.group.avisos.retidos.armar, descanso))
        self.once_released(self.group.distribuicao.continuar)
        self.once_released(self.group.distribuicao.avancar)  # it may have been this that it was told

    def suspended(self) -> None:
        self._adiados.abandonar()
        self._carregamento.abandonar()
        self._entradas.abandonar()
        self._balanceamentos.interromper()

    def stopped(self) -> None:
        self._adiados.abandonar()
        self._carregamento.abandonar()
        self._entradas.abandonar()
        self._balanceamentos.interromper()

    @handles(Inaugurar)
    def inaugurar(self, _: Inaugurar) -> None:
        """A new empresa gets its default fila."""
        if not self.group.diretorio.filas:
            sistema = Quem(self.row.id, None, "sistema")
            self._criacao.criar_fila(CriarFila(quem=sistema, nome=FILA_PADRAO), padrao=True)

    @handles(Undelivered)
    def devolvida(self, m: Undelivered) -> None:
        devolvidas.responder(self, m)

    @handles(AvancarDistribuicao)
    def avancar_distribuicao(self, _: AvancarDistribuicao) -> None:
        self.once_released(self.group.distribuicao.avancar)

    @handles(RefazerDistribuicao)
    def refazer_distribuicao(self, _: RefazerDistribuicao) -> None:
        self.once_released(self.group.distribuicao.continuar)

    @handles(ReverSla)
    def rever_sla(self, _: ReverSla) -> None:
        self._revisao_de_sla.comecar()

    @handles(ContinuarRevisaoDeSla)
    def continuar_revisao_de_sla(self, m: ContinuarRevisaoDeSla) -> None:
        self._revisao_de_sla.continuar(m)

    @handles(BalancearCarga)
    def balancear_carga(self, comando: BalancearCarga) -> Balanceamento | None:
        return self._balanceamentos.pedir(comando)

    @handles(Rebalanceado)
    def rebalanceado(self, m: Rebalanceado) -> None:
        self._balanceamentos.respondeu(m)

    @handles(BalanceamentoVencido)
    def vencer_balanceamento(self, m: BalanceamentoVencido) -> None:
        self._balanceamentos.venceu(m)

    # -- tickets ---------------------------------------------------------------------------------------------------

    @handles(CriarTicket)
    def criar_ticket(self, comando: CriarTicket) -> TicketRow | None:
        return self._abertura.criar(comando)

    @handles(AbrirComMensagem)
    def abrir_com_mensagem(self, m: AbrirComMensagem) -> None:
        self._abertura.com_mensagem(m)

    @handles(MensagemDoCanal)
    def receber_do_canal(self, m: MensagemDoCanal) -> None:
        self._entradas.receber(m)

    @handles(TicketDoCanal)
    def ticket_do_canal(self, m: TicketDoCanal) -> None:
        self._entradas.lido(m)

    @handles(ParaTicket)
    def para_ticket(self, m: ParaTicket) -> None:
        self._carregamento.para_ticket(m)

    @handles(TicketCarregado)
    def ticket_carregado(self, m: TicketCarregado) -> None:
        self._carregamento.carregado(m)

    def _reviver(self, row: TicketRow) -> Ref:
        """The actor of a closed ticket, which retires when it has done what it was loaded for."""
        ticket = Ticket(self.group, self.ref, row)
        ticket.retiring = True
        self.once_released(partial(self.group.voltou, row.id, ticket.ref))
        return ticket.ref

    @handles(VerPosicoes)
    def ver_posicoes(self, comando: VerPosicoes) -> dict[str, Posicao]:
        return listas.posicoes(self.group, comando)

    # -- contatos --------------------------------------------------------------------------------------------------

    @handles(CriarContato)
    def criar_contato(self, comando: CriarContato) -> ContatoRow | None:
        return self._contatos.criar(comando)

    @handles(AtualizarContato)
    def atualizar_contato(self, comando: AtualizarContato) -> ContatoRow | None:
        return self._contatos.atualizar(comando)

    @handles(UnirContatos)
    def unir_contatos(self, comando: UnirContatos) -> ContatoRow | None:
        return self._contatos.unir(comando)

    @handles(ExcluirContato)
    def excluir_contato(self, comando: ExcluirContato) -> None:
        self._contatos.excluir(comando)

    @handles(LevarAosTickets)
    def levar_aos_tickets(self, m: LevarAosTickets) -> None:
        self._contatos.levar_aos_tickets(m)

    @handles(ContatoAtendido)
    def contato_atendido(self, m: ContatoAtendido) -> None:
        self._contatos.atendido(m)

    @handles(PesquisarContato)
    def pesquisar_contato(self, m: PesquisarContato) -> None:
        self._contatos.pesquisar(m)

    @handles(ConferirConversas)
    def conferir_conversas(self, m: ConferirConversas) -> None:
        self._contatos.conferir_conversas(m)

    @handles(LeituraDeContatos)
    def comecar_a_ler(self, _: LeituraDeContatos) -> None:
        self._adiados.comecar_a_ler()

    @handles(ContatosCarregados)
    def contatos_carregados(self, m: ContatosCarregados) -> None:
        self._adiados.carregados(m)

    # -- the empresa itself, and its set-up --------------------------------------------------------------------------

    @handles(VerEmpresa)
    def ver_empresa(self, _: VerEmpresa) -> EmpresaRow:
        return self.row

    @handles(AtualizarEmpresa)
    def atualizar_empresa(self, comando: AtualizarEmpresa) -> EmpresaRow:
        return self._cadastro.atualizar(comando)

    @handles(CriarAtendente)
    def criar_atendente(self, comando: CriarAtendente) -> AtendenteEstado:
        return self._criacao.criar_atendente(comando)

    @handles(GarantirAtendente)
    def garantir_atendente(self, comando: GarantirAtendente) -> AtendenteEstado | None:
        return self._criacao.garantir_atendente(comando)

    @handles(RevogarAcesso)
    def revogar_acesso(self, comando: RevogarAcesso) -> AcessoRow:
        return self._criacao.revogar_acesso(comando)

    @handles(ListarAtendentes)
    def listar_atendentes(self, comando: ListarAtendentes) -> list[AtendenteEstado]:
        return listas.atendentes(self.group, comando.ids)

    @handles(CriarFila)
    def criar_fila(self, comando: CriarFila) -> FilaEstado:
        return self._criacao.criar_fila(comando)

    @handles(ListarFilas)
    def listar_filas(self, _: ListarFilas) -> list[FilaEstado]:
        return listas.filas(self.group)

    @handles(CriarCanal)
    def criar_canal(self, comando: CriarCanal) -> CanalEstado:
        return self._criacao.criar_canal(comando)

    @handles(InscreverPush)
    def inscrever_push(self, comando: InscreverPush) -> InscricaoRow:
        return self._inscricoes.inscrever(comando)

    @handles(VerInscricoes)
    def ver_inscricoes(self, comando: VerInscricoes) -> InscricoesDeAlguem:
        return self._inscricoes.ver(comando)

    @handles(CancelarInscricao)
    def cancelar_inscricao(self, comando: CancelarInscricao) -> None:
        self._inscricoes.cancelar(comando)

    @handles(VerPreferencias)
    def ver_preferencias(self, comando: VerPreferencias) -> PreferenciasDeAlguem:
        return self._avisos.ver(comando)

    @handles(MudarPreferencias)
    def mudar_preferencias(self, comando: MudarPreferencias) -> PreferenciasDeAlguem:
        return self._avisos.mudar(comando)

    @handles(Apresentar)
    def apresentar(self, comando: Apresentar) -> None:
        self._avisos.apresentar(comando)

    @handles(LerNotificacoes)
    def ler_notificacoes(self, comando: LerNotificacoes) -> int:
        return self._avisos.ler(comando)

    @handles(PreverAviso)
    def prever_aviso(self, comando: PreverAviso) -> Previa:
        return self._avisos.prever(comando)

    @handles(EntregarRetidos)
    def entregar_retidos(self, _: EntregarRetidos) -> None:
        self._avisos.entregar()

    @handles(ListarCanais)
    def listar_canais(self, _: ListarCanais) -> list[CanalEstado]:
        return listas.canais(self.group)

    @handles(DescartarOrfaos)
    def descartar_orfaos(self, comando: DescartarOrfaos) -> MortosTratados:
        return orfaos.descartar(self, self.group, comando)

    @handles(CriarGancho)
    def criar_gancho(self, comando: CriarGancho) -> GanchoEstado:
        return ganchos.criar(self, self.group, comando)

    @handles(ListarGanchos)
    def listar_ganchos(self, _: ListarGanchos) -> list[CanalRow]:
        return listas.ganchos(self.group)

    @handles(CriarEquipe)
    def criar_equipe(self, comando: CriarEquipe) -> EquipeEstado:
        return self._criacao.criar_equipe(comando)

    @handles(ListarEquipes)
    def listar_equipes(self, _: ListarEquipes) -> list[EquipeEstado]:
        return listas.equipes(self.group)

    @handles(ListarDocumentos)
    def listar_documentos(self, comando: ListarDocumentos) -> list[DocumentoRow]:
        return self._documentos.listar(comando)

    @handles(VerDocumento)
    def ver_documento(self, comando: VerDocumento) -> DocumentoRow:
        return self._documentos.ver(comando)

    @handles(CriarDocumento)
    def criar_documento(self, comando: CriarDocumento) -> DocumentoRow:
        return self._documentos.criar(comando)

    @handles(GravarDocumento)
    def gravar_documento(self, comando: GravarDocumento) -> DocumentoRow:
        return self._documentos.gravar(comando)

    @handles(ExcluirDocumento)
    def excluir_documento(self, comando: ExcluirDocumento) -> None:
        self._documentos.excluir(comando)

    @handles(TrocarNosDocumentos)
    def trocar_nos_documentos(self, m: TrocarNosDocumentos) -> None:
        self._documentos.trocar(m)
