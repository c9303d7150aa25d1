"""An active empresa on this node: its lease, and what its actors share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Protocol

from actors.atendente.mensagens import CorreioDoAtendente
from actors.canal.mensagens import CorreioDoCanal
from actors.contatos.mensagens import LerContatos
from actors.diretorio.acesso import Acesso
from actors.diretorio.ajustes import Ajustes, Opcoes
from actors.diretorio.avisos import Avisos
from actors.diretorio.calendarios import Calendarios
from actors.diretorio.contagens import Contagens
from actors.diretorio.diretorio import DiretorioLocal
from actors.diretorio.distribuicao import Distribuicao
from actors.diretorio.documentos import Documentos
from actors.diretorio.ganchos import Ganchos
from actors.diretorio.gente import Gente
from actors.diretorio.inscricoes import Inscricoes
from actors.diretorio.mensagens import ReverSla
from actors.diretorio.pesquisas import Pesquisas
from actors.diretorio.silencios import Silencios
from actors.diretorio.sla import SlaDaEmpresa
from actors.equipe.mensagens import CorreioDaEquipe
from actors.fila.mensagens import CorreioDaFila
from actors.ticket.mensagens import CorreioDoTicket
from engine.estados import muda_de_lugar
from engine.journal import DurableGroup
from engine.modelo import (
    AtendenteRow,
    EmpresaImage,
    EmpresaRow,
    EquipeFilaRow,
    EventoRow,
    FilaRow,
    Linha,
    TicketRow,
)
from engine.participacao import Vinculo
from engine.ports import DeOnde, Ids
from engine.runtime import Dispatcher, Effects, Ref

LUGARES_NO_MAXIMO = 100
"""Tickets that an event about their contact looks at, to say whom it concerns."""


class Leituras(Protocol):
    """What the actors have read for them by the node; the answers come by mail, to the Empresa if it is not said
    otherwise.
    """

    def ler_ticket(self, viva: EmpresaViva, ticket_id: str) -> None:
        """A ticket that is not in memory: answered by TicketCarregado."""
        ...

    def ler_contatos(self, viva: EmpresaViva, pedido: LerContatos) -> None:
        """Contacts that are not at hand: answered by ContatosCarregados."""
        ...

    def ler_ticket_do_canal(self, viva: EmpresaViva, canal_id: str, contatos: tuple[str, ...], desde: int) -> None:
        """The ticket of these contacts by a canal that was resolved last, not before ``desde``: answered by
        TicketDoCanal, which names the first of them.
        """
        ...

    def ler_envios(
        self, viva: EmpresaViva, canal_id: str, linha: Linha, depois: DeOnde, limite: int, leitura: int
    ) -> None:
        """What a canal has to do in a line: answered to it by EnviosLidos."""
        ...

    def procurar_envios(
        self, viva: EmpresaViva, canal_id: str, ids: tuple[str, ...], externos: tuple[str, ...], consulta: int
    ) -> None:
        """Jobs of a canal: answered to it by EnviosAchados."""
        ...


class EmpresaViva(DurableGroup):
    """The group of an empresa's actors, and what they share: each part in a module of its own.

    The parts are written only by callbacks of successful turns, so a crash never leaves them half changed. Those of
    several parts are here.
    """

    __slots__ = (
        "acesso", "ajustes", "avisos", "calendarios", "contagens", "diretorio", "distribuicao", "documentos", "ganchos",
        "ids", "inscricoes", "leituras", "pesquisas", "silencios", "sla",
    )  # fmt: skip

    def __init__(
        self, imagem: EmpresaImage, dispatcher: Dispatcher, ids: Ids, opcoes: Opcoes, leituras: Leituras
    ) -> None:
        super().__init__(imagem.empresa.id, dispatcher, imagem.seq, imagem.epoch, imagem.token)
        self.ids = ids
        self.leituras = leituras
        self.ajustes = Ajustes(opcoes, imagem.empresa)
        self.contagens = Contagens()
        self.documentos = Documentos(imagem.documentos)
        self.acesso = Acesso(imagem.empresa.contatos_visiveis, imagem.excluidos)
        gente = Gente(self, imagem.preferencias)
        self.diretorio = DiretorioLocal(self, self.contagens, self.acesso, self.ajustes, gente)
        self.calendarios = Calendarios(self.documentos, self.diretorio.participacao)
        self.sla = SlaDaEmpresa(self)
        self.pesquisas = Pesquisas(self)
        self.silencios = Silencios(self)
        self.distribuicao = Distribuicao(self)
        self.ganchos = Ganchos(self)
        self.inscricoes = Inscricoes(imagem.inscricoes, self.seguir)
        self.avisos = Avisos(self, imagem, gente)
        self.seguir()

    def seguir(self) -> None:
        """Events are looked at as they are published, where there is anybody who may be told of one."""
        self.follower = self._publicou if self.ganchos.ha or self.avisos.atento else None

    def _publicou(self, ator: Effects[Any], evento: EventoRow) -> None:
        """Other systems, and the people whom it concerns, are told of an event, in the turn that publishes it."""
        if self.ganchos.ha:
            self.ganchos.publicou(ator, evento)
        self.avisos.publicou(ator, evento)

    @property
    def saindo(self) -> Mapping[str, str]:
        """What is being deleted, by id, each with what takes its place."""
        return self.diretorio.saindo

    def lugares_de(self, contatos: Iterable[str], *filas: str) -> str:
        """The filas and owners of the open tickets of these contacts, beside these ``filas``: see
        :class:`~engine.modelo.EventoRow`.
        """
        lugares: dict[str | None, None] = dict.fromkeys(filas)
        for ticket_id in islice(self.contagens.por_contato.abertos(contatos), LUGARES_NO_MAXIMO):
            row = self.diretorio.ticket_row(ticket_id)
            if row is not None:
                lugares[row.fila_id] = lugares[row.atendente_id] = None
        return " ".join(lugar for lugar in lugares if lugar is not None)

    # -- written by callbacks of turns -----------------------------------------------------------------------------

    def empresa_mudou(self, row: EmpresaRow) -> None:
        antes = self.ajustes.capacidade
        self.ajustes.mudou(row)
        if self.ajustes.capacidade != antes:
            self.distribuicao.capacidade_mudou(self.ajustes.capacidade)
        self.acesso.mostrar_contatos(row.contatos_visiveis)

    def nasceu(self, row: TicketRow, ticket: Ref[CorreioDoTicket]) -> None:
        self.diretorio.tickets[row.id] = ticket
        self.contagens.ticket_mudou(None, row)
        self.distribuicao.ticket_mudou(None, row)

    def ticket_mudou(self, antes: TicketRow, depois: TicketRow, preferido: str | None) -> None:
        if muda_de_lugar(antes, depois):
            self.contagens.ticket_mudou(antes, depois)
        self.distribuicao.ticket_mudou(antes, depois, preferido)

    def voltou(self, ticket_id: str, ticket: Ref[CorreioDoTicket]) -> None:
        """A closed ticket was loaded for a command."""
        self.diretorio.tickets[ticket_id] = ticket

    def saiu_de_caminho(self, ticket_id: str) -> None:
        a_caminho = self.diretorio.a_caminho
        a_caminho[ticket_id] -= 1
        if a_caminho[ticket_id] <= 0:
            del a_caminho[ticket_id]

    def chegou(self, row: AtendenteRow, atendente: Ref[CorreioDoAtendente]) -> None:
        self.diretorio.atendentes[row.id] = atendente
        self.acesso.chegou(row)
        self.presenca_mudou(row)

    def presenca_mudou(self, row: AtendenteRow) -> None:
        """An agent is new, or has changed in anything."""
        self.contagens.presenca_mudou(row)
        self.distribuicao.atendente_mudou(row)

    def atendente_saiu(self, row: AtendenteRow) -> None:
        self.diretorio.atendentes.pop(row.id, None)
        self.contagens.online.discard(row.id)
        self.acesso.saiu(row)
        self.distribuicao.atendente_saiu(row.id)

    def abriu_fila(self, row: FilaRow, fila: Ref[CorreioDaFila]) -> None:
        self.diretorio.filas[row.id] = fila
        if row.padrao:
            self.diretorio.fila_padrao = row.id
        self.distribuicao.fila_mudou(row)

    def abriu_canal(self, canal_id: str, canal: Ref[CorreioDoCanal], segredos: tuple[str, ...]) -> None:
        self.diretorio.canais[canal_id] = canal
        self.diretorio.segredos[canal_id] = segredos
        self.distribuicao.canal_mudou(canal_id)
        self.avisos.saidas.canais_mudaram()

    def modelos_mudaram(self, canal_id: str, aprovados: tuple[str, ...]) -> None:
        self.diretorio.modelos[canal_id] = aprovados

    def canal_saiu(self, canal_id: str) -> None:
        self.diretorio.modelos.pop(canal_id, None)
        self.diretorio.canais.pop(canal_id, None)
        self.diretorio.segredos.pop(canal_id, None)
        self.ganchos.saiu(canal_id)
        self.avisos.saidas.canais_mudaram()

    def formou_equipe(self, equipe_id: str, equipe: Ref[CorreioDaEquipe]) -> None:
        self.diretorio.equipes[equipe_id] = equipe

    def fila_saiu(self, fila_id: str) -> None:
        self.diretorio.filas.pop(fila_id, None)
        self.distribuicao.fila_saiu(fila_id)

    def vincular(self, vinculos: Sequence[Vinculo]) -> None:
        """Memberships changed."""
        if any(isinstance(vinculo, EquipeFilaRow) for vinculo in vinculos):
            self.calendarios.esquecer()
            self.sla.mudou()
            self.pesquisas.mudou()
            self.silencios.mudou()
        for fila_id, atendente_id, vias in self.diretorio.participacao.aplicar(vinculos):
            self.distribuicao.serve(fila_id, atendente_id, vias)

    def rever_sla(self) -> None:
        """What is promised of tickets, or what comes of silence, may be another from now on."""
        self.diretorio.empresa.tell(ReverSla())

    def vai_sair(self, id_: str, no_lugar: str) -> None:
        """It is being deleted: ``no_lugar`` takes its place."""
        self.diretorio.saindo[id_] = no_lugar
        self.distribuicao.deixar_de_dar(id_, saindo=True)

    def nao_sai_mais(self, id_: str) -> None:
        """It is gone, or it stays after all."""
        self.diretorio.saindo.pop(id_, None)
        self.distribuicao.deixar_de_dar(id_, saindo=False)
