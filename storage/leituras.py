"""The engine's ``Reader`` on PostgreSQL: committed state for lists and details. Each answer is one round trip (and one
more where the connection has to be set to another empresa).

Everything asked is asked within one empresa: by the statement itself, and by the row-level policies of the database.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, Final, TypeVar

from asyncpg import Record

from engine.acesso import Acesso
from engine.busca import DE_CONTATO, consulta, consulta_de_etiqueta
from engine.contatos import chave_de_visitante
from engine.envios.situacao import (
    CONTADOS,
    EXCLUIDOS_VISTOS,
    MORTOS_CONTADOS,
    Carta,
    FiltroMortos,
    Morto,
    SituacaoDoTrabalho,
)
from engine.errors import Overloaded, Unavailable
from engine.eventos import lido
from engine.modelo import (
    ArquivoRow,
    CanalRow,
    ContatoRow,
    DecisaoRow,
    EnvioRow,
    EstadoAtendenteRow,
    EventoRow,
    FilaRow,
    MensagemRow,
    ModelosRow,
    NotaRow,
    NotificacaoRow,
    PoliticaVersaoRow,
    StatusEntrega,
    TicketRow,
)
from engine.ports import (
    FiltroContatos,
    FiltroTickets,
    Lugar,
    Mencionada,
    Permanencia,
    TicketDetalhe,
    TicketPassado,
    UsoDeEtiqueta,
    Vidente,
)
from engine.saude import Saude
from engine.visitantes import TICKETS_NO_MAXIMO, Fala, LugarNaConversa, TicketDoVisitante
from storage.carga import atendente, com_arquivo, da_mensagem, da_nota, do_contato, do_ticket
from storage.conexao import FALHAS, ausente, demorou
from storage.consultas import sql
from storage.erros import SemVaga, ausencia, causa
from storage.exames import LeiturasDosExames
from storage.isolamento import ConexoesDeEmpresa
from storage.listas import lista_de_tickets
from storage.relatorios import LeiturasDeRelatorios
from storage.situacao import CARACTERES_DO_CORPO, situacoes

_DETALHE: Final = sql("ler_detalhe")
_MENSAGENS: Final = sql("ler_mensagens")
_MENSAGEM: Final = sql("ler_mensagem")
_NAO_LIDAS: Final = sql("ler_nao_lidas")
_NOTAS: Final = sql("ler_notas")
_NOTA: Final = sql("ler_nota")
_MENCOES: Final = sql("ler_mencoes")
_ETIQUETAS: Final = sql("ler_etiquetas")
_CONTATOS: Final = sql("ler_contatos")
_CONTATOS_ACHADOS: Final = sql("ler_contatos_achados")
_CONTATOS_VISIVEIS: Final = sql("ler_contatos_visiveis")
_ACHADOS_VISIVEIS: Final = sql("ler_contatos_achados_visiveis")
_CONTATOS_VISTOS: Final = sql("ler_contatos_vistos")
_CONTATO_DA_CHAVE: Final = sql("ler_contato_da_chave")
_CONTATO: Final = sql("ler_contato")
_ARQUIVO: Final = sql("ler_arquivo")
_HISTORICO: Final = sql("ler_historico")
_ESTADOS: Final = sql("ler_estados")
_DECISOES: Final = sql("ler_decisoes")
_NOTIFICACOES: Final = sql("ler_notificacoes")
_NOTIFICACAO: Final = sql("ler_notificacao")
_NOMES: Final = sql("ler_nomes")
_EVENTOS: Final = sql("ler_eventos")
_EVENTOS_DE: Final = sql("ler_eventos_de")
_ENTREGAS: Final = sql("ler_entregas")
_PRIMEIRO_EVENTO: Final = sql("ler_primeiro_evento")
_ACESSOS: Final = sql("ler_acessos")
_LUGARES: Final = sql("ler_lugares")
_TRAFEGO: Final = sql("ler_trafego")
_DO_VISITANTE: Final = sql("ler_tickets_do_visitante")
_FALAS: Final = sql("ler_falas_do_visitante")
_POR_ENTREGAR: Final = sql("ler_por_entregar")
_SITUACAO: Final = sql("ler_situacao_dos_envios")
_MORTOS: Final = sql("ler_mortos")
_A_TRATAR: Final = sql("ler_mortos_a_tratar")
_CARTAS: Final = sql("ler_cartas")
_INTEIROS: Final = sql("ler_mortos_inteiros")
_EXCLUIDOS: Final = sql("ler_canais_excluidos")
_AUDITORIA: Final = sql("ler_auditoria_dos_mortos")
_MODELOS: Final = sql("ler_modelos")
_POLITICA_VERSOES: Final = sql("ler_politica_versoes")
_POLITICA_VERSAO: Final = sql("ler_politica_versao")
_NADA: Final = sql("ler_nada")
NOTIFICACOES_CONTADAS: Final = 10_000
ENTREGAS_CONTADAS: Final = 10_000
MENCOES_OLHADAS: Final = 1_000
"""The latest: nobody looks further back."""
ETIQUETAS_LIDAS: Final = 10_000
_FOLGA_MS: Final = 3_600_000
_BIGINT_MAX: Final = 2**63 - 1

_ARQUIVO_DA_LINHA: Final = ArquivoRow.__struct_fields__.index("arquivo")

T = TypeVar("T")


class Leituras:
    """Implements :class:`engine.ports.Reader`."""

    def __init__(self, dsn: str, *, no: str, saude: Saude) -> None:
        self._saude = saude
        self._ler = ConexoesDeEmpresa(dsn, no=no, saude=saude)
        self.exames = LeiturasDosExames(self._linhas)
        self.relatorios = LeiturasDeRelatorios(self._linhas)

    async def tickets(
        self, empresa_id: str, filtro: FiltroTickets, page: int, limit: int
    ) -> tuple[list[TicketRow], int]:
        """In the order of the filter."""
        lista = lista_de_tickets(empresa_id, filtro, page, limit)
        if lista is None:
            return [], 0
        return await self._pagina(do_ticket, lista.texto, empresa_id, lista.argumentos)

    async def detalhe(self, empresa_id: str, ticket_id: str, mensagens: int) -> TicketDetalhe | None:
        """A ticket with its latest ``mensagens`` messages, its atendente, fila and canal (deleted ones too), and the
        contact that stands for its own. None also for a deleted one.
        """
        linhas = await self._linhas(empresa_id, _DETALHE, empresa_id, ticket_id, mensagens)
        if not linhas:
            return None
        colunas, dono, fila, canal, contato, notas, *mensagens_em_colunas = linhas[0]
        ticket = do_ticket(*colunas)
        if ticket.excluido_em is not None:
            return None
        comentario = None if ticket.pesquisa is None or contato is None else ticket.pesquisa.comentario
        return TicketDetalhe(
            ticket,
            _mensagens(mensagens_em_colunas),
            None if dono is None else atendente(dono),
            None if fila is None else FilaRow(*fila),
            None if canal is None else CanalRow(*canal),
            None if contato is None else do_contato(*contato),
            notas,
            None if comentario is None else await self.mensagem(empresa_id, comentario),
        )

    async def mensagens(self, empresa_id: str, ticket_id: str, page: int, limit: int) -> tuple[list[MensagemRow], int]:
        """Oldest first, by when they were written; of one instant, in the order in which they came."""
        return await self._pagina(da_mensagem, _MENSAGENS, empresa_id, (empresa_id, ticket_id, *_fatia(page, limit)))

    async def mensagem(self, empresa_id: str, mensagem_id: str) -> MensagemRow | None:
        """None also for a deleted one."""
        return await self._uma(da_mensagem, _MENSAGEM, empresa_id, mensagem_id)

    async def nao_lidas(self, empresa_id: str, ticket_id: str) -> int:
        """How many messages of the contact were not read yet."""
        ((quantas,),) = await self._linhas(empresa_id, _NAO_LIDAS, empresa_id, ticket_id)
        return int(quantas)

    async def contatos(
        self, empresa_id: str, filtro: FiltroContatos, page: int, limit: int
    ) -> tuple[list[ContatoRow], int]:
        """By name; neither deleted ones nor those that were merged into another. Whose an exact address is is answered
        whoever asks.
        """
        procurado = None if filtro.busca is None else consulta(empresa_id, filtro.busca)
        if procurado is None and filtro.busca is not None:
            return [], 0
        if filtro.etiqueta is not None:
            da_etiqueta = consulta_de_etiqueta(empresa_id, filtro.etiqueta, DE_CONTATO)
            procurado = " & ".join(filter(None, (da_etiqueta, procurado)))
        if filtro.chave is not None:
            achado = await self._uma(do_contato, _CONTATO_DA_CHAVE, empresa_id, filtro.chave, procurado)
            achados = [] if achado is None else [achado]
            return (achados if page == 1 else []), len(achados)
        if filtro.visivel_para is not None:
            return await self._contatos_visiveis(empresa_id, filtro.visivel_para, procurado, _fatia(page, limit))
        argumentos = (empresa_id, *_fatia(page, limit))
        if procurado is None:
            return await self._pagina(do_contato, _CONTATOS, empresa_id, argumentos)
        return await self._pagina(do_contato, _CONTATOS_ACHADOS, empresa_id, (*argumentos, procurado))

    async def _contatos_visiveis(
        self, empresa_id: str, vidente: Vidente, procurado: str | None, fatia: tuple[int, int]
    ) -> tuple[list[ContatoRow], int]:
        argumentos = (empresa_id, vidente.filas, vidente.atendente_id, *fatia)
        if procurado is None:
            return await self._pagina(do_contato, _CONTATOS_VISIVEIS, empresa_id, argumentos)
        return await self._pagina(do_contato, _ACHADOS_VISIVEIS, empresa_id, (*argumentos, procurado))

    async def contatos_vistos(self, empresa_id: str, vidente: Vidente, contato_ids: Collection[str]) -> set[str]:
        """Of these contacts, those of which the atendente sees a ticket: its own, or of those merged into it."""
        argumentos = (empresa_id, vidente.filas, vidente.atendente_id, contato_ids)
        return {id_ for (id_,) in await self._linhas(empresa_id, _CONTATOS_VISTOS, *argumentos)}

    async def contato(self, empresa_id: str, contato_id: str) -> ContatoRow | None:
        """The contact, or the one it was merged into. None also for a deleted one."""
        return await self._uma(do_contato, _CONTATO, empresa_id, contato_id)

    async def arquivo(self, empresa_id: str, arquivo_id: str) -> ArquivoRow | None:
        """None also if its message or ticket was deleted."""
        return await self._uma(_arquivo, _ARQUIVO, empresa_id, arquivo_id)

    async def historico(
        self, empresa_id: str, ticket_id: str, page: int, limit: int, sem: Collection[str] = ()
    ) -> tuple[list[EventoRow], int]:
        """Every event of a ticket, oldest first, without those that are called so (``sem``)."""
        argumentos = (empresa_id, ticket_id, *_fatia(page, limit), list(sem))
        return await self._pagina(_evento, _HISTORICO, empresa_id, argumentos)

    async def notas(self, empresa_id: str, ticket_id: str, page: int, limit: int) -> tuple[list[NotaRow], int]:
        """The internal notes of a ticket, oldest first."""
        return await self._pagina(da_nota, _NOTAS, empresa_id, (empresa_id, ticket_id, *_fatia(page, limit)))

    async def nota(self, empresa_id: str, nota_id: str) -> NotaRow | None:
        """None also for a deleted one."""
        return await self._uma(da_nota, _NOTA, empresa_id, nota_id)

    async def mencoes(
        self, empresa_id: str, atendente_id: str, filas: tuple[str, ...] | None, page: int, limit: int
    ) -> tuple[list[Mencionada], int]:
        """Of the latest notes that name an atendente, those of tickets that are its own or of these filas (None: of
        all), the latest first.
        """
        argumentos = (empresa_id, atendente_id, filas, MENCOES_OLHADAS, *_fatia(page, limit))
        return await self._pagina(_mencionada, _MENCOES, empresa_id, argumentos)

    async def etiquetas(self, empresa_id: str) -> list[UsoDeEtiqueta]:
        """The tags that are in use, by name, each as it is written; some thousands at most."""
        return [
            UsoDeEtiqueta(*linha) for linha in await self._linhas(empresa_id, _ETIQUETAS, empresa_id, ETIQUETAS_LIDAS)
        ]

    async def estados(
        self, empresa_id: str, atendente_id: str, desde: int | None, ate: int | None, page: int, limit: int
    ) -> tuple[list[Permanencia], int]:
        """The states in which an atendente was at some moment from ``desde`` to before ``ate``, the latest first."""
        quando = (desde or 0, _BIGINT_MAX if ate is None else ate)
        argumentos = (empresa_id, atendente_id, *quando, *_fatia(page, limit))
        return await self._pagina(_permanencia, _ESTADOS, empresa_id, argumentos)

    async def decisoes(self, empresa_id: str, ticket_id: str, page: int, limit: int) -> tuple[list[DecisaoRow], int]:
        """What was decided of a ticket, the latest first."""
        return await self._pagina(DecisaoRow, _DECISOES, empresa_id, (empresa_id, ticket_id, *_fatia(page, limit)))

    async def notificacoes(
        self, empresa_id: str, usuario_id: str, page: int, limit: int, *, nao_lidas: bool
    ) -> tuple[list[NotificacaoRow], int]:
        """Somebody's notices, the latest first; they are counted up to so many as somebody may want to see."""
        argumentos = (empresa_id, usuario_id, nao_lidas, *_fatia(page, limit), NOTIFICACOES_CONTADAS)
        return await self._pagina(NotificacaoRow, _NOTIFICACOES, empresa_id, argumentos)

    async def notificacao(self, empresa_id: str, usuario_id: str, notificacao_id: str) -> NotificacaoRow | None:
        """One of them; None also if it is another's."""
        linhas = await self._linhas(empresa_id, _NOTIFICACAO, empresa_id, notificacao_id, usuario_id)
        return NotificacaoRow(*linhas[0]) if linhas else None

    async def nomes(self, empresa_id: str, ids: Collection[str]) -> dict[str, str]:
        """What these atendentes and filas are called, deleted ones too; what there is not is left out."""
        linhas = await self._linhas(empresa_id, _NOMES, empresa_id, ids) if ids else []
        return {linha[0]: linha[1] for linha in linhas}

    async def eventos(self, empresa_id: str, desde: int, ate: int, limite: int) -> list[EventoRow]:
        """The log with ``desde < seq <= ate``, in order."""
        linhas = await self._linhas(empresa_id, _EVENTOS, empresa_id, desde, ate, limite)
        return [_evento(*linha) for linha in linhas]

    async def eventos_de(self, empresa_id: str, seqs: Collection[int]) -> dict[int, EventoRow]:
        """These entries of the log, by ``seq``; those that were pruned are left out."""
        linhas = await self._linhas(empresa_id, _EVENTOS_DE, empresa_id, seqs)
        return {evento.seq: evento for evento in (_evento(*linha) for linha in linhas)}

    async def entregas(self, empresa_id: str, canal_id: str, page: int, limit: int) -> tuple[list[EnvioRow], int]:
        """Deliveries of a webhook, the latest first; they are counted up to so many as somebody may want to see."""
        argumentos = (empresa_id, canal_id, *_fatia(page, limit), ENTREGAS_CONTADAS)
        return await self._pagina(EnvioRow, _ENTREGAS, empresa_id, argumentos)

    async def primeiro_evento(self, empresa_id: str) -> int:
        """From which ``seq`` on the log is kept: those before it were pruned."""
        linhas = await self._linhas(empresa_id, _PRIMEIRO_EVENTO, empresa_id)
        return linhas[0][0] if linhas else 1

    async def acessos(self, empresa_id: str) -> list[Acesso]:
        """The users of whose tokens not all are good."""
        return [Acesso(*linha) for linha in await self._linhas(empresa_id, _ACESSOS, empresa_id)]

    async def lugares(self, empresa_id: str, ticket_ids: Collection[str]) -> dict[str, Lugar]:
        """Where these tickets are now, by id; those that do not exist are left out."""
        linhas = await self._linhas(empresa_id, _LUGARES, empresa_id, ticket_ids)
        return {ticket_id: (fila_id, atendente_id) for ticket_id, fila_id, atendente_id in linhas}

    async def trafego(self, empresa_id: str, de: str, ate: str, limite: int) -> list[TicketPassado]:
        """Tickets from the one id on, up to the other, the latest first."""
        return [
            TicketPassado(*linha) for linha in await self._linhas(empresa_id, _TRAFEGO, empresa_id, de, ate, limite)
        ]

    # -- what a visitor of a site reads (:class:`engine.visitantes.LeitorDeVisitantes`) --------------------------------

    async def tickets_do_visitante(self, empresa_id: str, canal_id: str, sessao: str) -> list[TicketDoVisitante]:
        """Those of the contact that the session is of, by this canal, the latest first."""
        chave = chave_de_visitante(canal_id, sessao)
        linhas = await self._linhas(empresa_id, _DO_VISITANTE, empresa_id, canal_id, chave, TICKETS_NO_MAXIMO)
        return [TicketDoVisitante(*linha) for linha in linhas]

    async def falas_do_visitante(
        self, empresa_id: str, ticket_ids: list[str], sessao: str, depois: LugarNaConversa, limite: int
    ) -> list[Fala]:
        """What the visitor may read in these tickets after that place. Clocks may have gone back a little since."""
        argumentos = (empresa_id, ticket_ids, f"{sessao}:", depois.seq, depois.em - _FOLGA_MS, limite)
        linhas = await self._linhas(empresa_id, _FALAS, *argumentos)
        return [Fala(da_mensagem(*mensagem), nome) for *mensagem, nome in linhas]

    async def por_entregar(
        self, empresa_id: str, ticket_ids: list[str], sessao: str, ate: int, estados: tuple[StatusEntrega, ...]
    ) -> list[MensagemRow]:
        """What was said to the visitor up to ``ate``, and has got no further than these."""
        linhas = await self._linhas(
            empresa_id, _POR_ENTREGAR, empresa_id, ticket_ids, f"{sessao}:", ate, list(estados)
        )  # fmt: skip
        return [da_mensagem(*linha) for linha in linhas]

    async def modelos(self, empresa_id: str, canal_id: str) -> ModelosRow | None:
        """The templates of a canal; None if its provider has not told of any."""
        return await self._uma(_modelos, _MODELOS, empresa_id, canal_id)

    async def politica_versoes(
        self, empresa_id: str, fila_id: str, page: int, limit: int
    ) -> tuple[list[PoliticaVersaoRow], int]:
        """The versions of a fila's policy, the latest first."""
        argumentos = (empresa_id, fila_id, *_fatia(page, limit))
        return await self._pagina(PoliticaVersaoRow, _POLITICA_VERSOES, empresa_id, argumentos)

    async def politica_versao(self, empresa_id: str, fila_id: str, versao: int) -> PoliticaVersaoRow | None:
        """One of them."""
        return await self._uma(PoliticaVersaoRow, _POLITICA_VERSAO, empresa_id, fila_id, versao)

    async def situacao_dos_envios(self, empresa_id: str, canais: Collection[str]) -> list[SituacaoDoTrabalho]:
        """How the outbox of these canais stands, by canal and job."""
        return situacoes(await self._linhas(empresa_id, _SITUACAO, empresa_id, canais, CONTADOS + 1))

    async def mortos(
        self, empresa_id: str, filtro: FiltroMortos, page: int, limit: int
    ) -> tuple[list[Morto], int]:  # fmt: skip
        """Dead letters, the latest first."""
        resto = (*_fatia(page, limit), MORTOS_CONTADOS, CARACTERES_DO_CORPO)
        return await self._pagina(Morto, _MORTOS, empresa_id, (empresa_id, *_do_filtro(filtro), *resto))

    async def mortos_a_tratar(
        self, empresa_id: str, filtro: FiltroMortos, limite: int, *, com_carga: bool
    ) -> list[Carta]:
        """Dead letters, the oldest first; ``com_carga``: only those that can send something."""
        linhas = await self._linhas(empresa_id, _A_TRATAR, empresa_id, *_do_filtro(filtro), limite, com_carga)
        return [Carta(*linha) for linha in linhas]

    async def mortos_inteiros(self, empresa_id: str, ids: Collection[str]) -> list[EnvioRow]:
        """Those of these ids that are dead letters, whole."""
        return [EnvioRow(*linha) for linha in await self._linhas(empresa_id, _INTEIROS, empresa_id, ids)]

    async def canais_excluidos(self, empresa_id: str, canal_id: str | None = None) -> list[str]:
        """Deleted canais of which there are dead letters, the latest; or this one, if it is deleted."""
        linhas = await self._linhas(empresa_id, _EXCLUIDOS, empresa_id, canal_id, EXCLUIDOS_VISTOS)
        return [id_ for (id_,) in linhas]

    async def auditoria_dos_mortos(self, empresa_id: str, page: int, limit: int) -> tuple[list[EventoRow], int]:
        """What was done about dead letters, the latest first."""
        return await self._pagina(_evento, _AUDITORIA, empresa_id, (empresa_id, *_fatia(page, limit), MORTOS_CONTADOS))

    async def cartas(self, empresa_id: str, ids: Collection[str]) -> list[Carta]:
        """The jobs of these ids, of whatever state."""
        return [Carta(*linha) for linha in await self._linhas(empresa_id, _CARTAS, empresa_id, ids)]

    async def conferir(self) -> None:
        """Return if connections that read can be made; raise what asyncpg raises if not."""
        async with self._ler.de_ninguem():
            pass

    async def responde(self) -> None:
        """Return if the database answers; raise Unavailable if not."""
        try:
            async with self._ler.de_ninguem() as con:
                await con.execute(_NADA)
        except SemVaga:  # it does: to those who use the connections
            return
        except FALHAS as exc:
            raise self._indisponivel(exc) from exc

    async def fechar(self) -> None:
        await self._ler.fechar()

    async def _uma(self, tipo: Callable[..., T], texto: str, empresa_id: str, *argumentos: object) -> T | None:
        linhas = await self._linhas(empresa_id, texto, empresa_id, *argumentos)
        return tipo(*linhas[0]) if linhas else None

    async def _pagina(
        self, tipo: Callable[..., T], texto: str, empresa_id: str, argumentos: Iterable[object]
    ) -> tuple[list[T], int]:
        linhas = await self._linhas(empresa_id, texto, *argumentos)
        total: int = linhas[0][0]
        if linhas[0][1] is None:  # past the end: the total alone
            return [], total
        return [tipo(*_sem_total(linha)) for linha in linhas], total

    async def _linhas(self, empresa_id: str, texto: str, *argumentos: object) -> list[Record]:
        """What a statement answers. Raises Unavailable where the database is away or takes too long."""
        if self._saude.calada:  # known already: nobody has to wait to find it out
            raise self._saude.recusa()
        try:
            return await self._ler.linhas(empresa_id, texto, *argumentos)
        except (SemVaga, Overloaded) as exc:
            raise self._sem_vaga(exc) from exc
        except FALHAS as exc:
            raise self._indisponivel(exc) from exc

    def _sem_vaga(self, exc: Exception) -> Unavailable:
        """All connections are in use: by whoever reads too much, or because none of them is answered."""
        if not self._saude.disponivel or not self._saude.recente():
            return self._saude.recusa()
        if isinstance(exc, Overloaded):
            return exc
        return Overloaded("consultas_demais", "Há consultas demais em andamento; tente de novo em instantes", 2)

    def _indisponivel(self, exc: Exception) -> Exception:
        """What a failed reading is for whoever asked: the failure itself, where the database has refused it."""
        if demorou(exc):
            return Unavailable(
                "consulta_demorada", "A consulta demorou demais e foi interrompida; tente de novo ou peça menos", 2
            )
        if ausente(exc):
            return Unavailable("banco_indisponivel", ausencia(self._saude, causa(exc)), 2)
        return exc


def _evento(*colunas: Any) -> EventoRow:
    return lido(EventoRow(*colunas))


def _mensagens(colunas: list[list[Any] | None]) -> list[MensagemRow]:
    """Messages of which each column came as an array; NULL where there is none."""
    return [da_mensagem(*mensagem) for mensagem in zip(*(coluna or () for coluna in colunas), strict=True)]


def _arquivo(*colunas: Any) -> ArquivoRow:
    return ArquivoRow(*com_arquivo(colunas, _ARQUIVO_DA_LINHA))


def _modelos(empresa_id: str, canal_id: str, modelos: str, aprovados: list[str], em: int) -> ModelosRow:
    return ModelosRow(empresa_id, canal_id, modelos, tuple(aprovados), em)


def _do_filtro(filtro: FiltroMortos) -> tuple[object, ...]:
    return (filtro.canais, filtro.trabalho, filtro.codigo, filtro.desde or 0, filtro.ate or _BIGINT_MAX)


def _sem_total(linha: Any) -> Any:
    return linha[1:]


def _fatia(page: int, limit: int) -> tuple[int, int]:
    return limit, min((page - 1) * limit, _BIGINT_MAX)


def _mencionada(numero: int, *colunas: Any) -> Mencionada:
    return Mencionada(da_nota(*colunas), numero)


def _permanencia(*colunas: Any) -> Permanencia:
    return Permanencia(EstadoAtendenteRow(*colunas[:-1]), colunas[-1])
