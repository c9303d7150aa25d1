"""Reports in PostgreSQL: the log is counted a little at a time, and the sums of each time are one statement together
with the mark up to where it is counted. So every event counts once, whenever a node dies, and of two who count the same
at the same time one writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

from asyncpg import Record

from engine.eventos import EquipeExcluida
from engine.eventos.versoes import atual
from engine.modelo import EventoRow
from engine.relatorios.contagem import Contagem
from engine.relatorios.estado import LEMBRADO_MS, AtendenteVivo, TicketVivo, guardado, ler_atendente, ler_ticket
from engine.relatorios.fatos import CONTADOS, atendentes_de
from engine.relatorios.guarda import Leva, Marca, SomaDaHora
from engine.relatorios.somas import Corte, Somas, com_os_dias, empacotar, somar_pacote
from storage.conexao import FALHAS, Conexao, Conexoes, Uso, conectar, fechar
from storage.consultas import sql
from storage.erros import falha_ao_conectar
from storage.exames import Linhas
from storage.migrar import CLASSE_DO_NO, conferir
from storage.no import TravaDoNo

_MARCA: Final = sql("relatorios_marca")
_EVENTOS: Final = sql("relatorios_eventos")
_TICKETS: Final = sql("relatorios_tickets")
_ATENDENTES: Final = sql("relatorios_atendentes")
_TODOS_OS_ATENDENTES: Final = sql("relatorios_todos_os_atendentes")
_SOMAS_DE: Final = sql("relatorios_somas_de")
_GRAVAR: Final = sql("relatorios_gravar")
_ATRASADAS: Final = sql("relatorios_atrasadas")
_LER: Final = sql("relatorios_ler")
_PRESENTES: Final = sql("relatorios_presentes")
_NOMES: Final = sql("relatorios_nomes")
_EMPRESA: Final = sql("ler_empresa")

CONTAR: Final = Uso("contar", 1, 4.0, 15_000, {"plan_cache_mode": "force_generic_plan"})
"""One connection: who counts keeps nobody else from his, and never needs two."""
_DA_LINHA_DE_COMANDO: Final = Uso("relatorio", 1, 3.0, 0, {})
_TICKET, _ATENDENTE = 1, 2
_FOLGA_MS: Final = 86_400_000
"""How much longer than it is known a closed ticket is kept: clocks may go back a little."""


class LivroDeRelatorios:
    """Implements :class:`engine.relatorios.guarda.Livro`. ``ausencia`` tells what the database's absence is."""

    def __init__(self, conexoes: Conexoes, ausencia: Callable[[], AbstractContextManager[None]], no: TravaDoNo) -> None:
        self._conexoes = conexoes
        self._ausencia = ausencia
        self._no = no

    async def ler(self, empresa_id: str, limite: int) -> Leva | None:
        with self._ausencia():
            async with self._conexoes.usar() as con:
                linha = await con.fetchrow(_MARCA, empresa_id)
                antes = Marca() if linha is None else Marca(*linha)
                linhas = await con.fetch(_EVENTOS, empresa_id, antes.ate, limite, list(CONTADOS))
                if not linhas:
                    return None
                ate, em, quantos, *_ = linhas[0]
                eventos = [atual(EventoRow(*linha[3:])) for linha in linhas if linha[4] is not None]
                tickets = await _tickets(con, empresa_id, eventos)
                atendentes = await _atendentes(con, empresa_id, eventos, tickets.values())
        return Leva(antes, Marca(ate, max(em, antes.em)), eventos, tickets, atendentes, quantos >= limite)

    async def gravar(self, empresa_id: str, leva: Leva, contagem: Contagem) -> bool:
        with self._ausencia():
            async with self._conexoes.usar() as con:
                somas = await _somadas(con, empresa_id, com_os_dias(contagem.somas))
                lugares, estados = list(somas), list(_estados(contagem))
                gravada = await con.fetchval(
                    _GRAVAR, empresa_id, leva.antes.ate, leva.depois.ate, leva.depois.em,
                    [corte for corte, _, _ in lugares], [hora for _, _, hora in lugares],
                    [chave for _, chave, _ in lugares], [empacotar(somas[lugar]) for lugar in lugares],
                    *([linha[n] for linha in estados] for n in range(5)),
                    list(contagem.esquecidos), leva.depois.em - LEMBRADO_MS - _FOLGA_MS,
                )  # fmt: skip
        return gravada is not None

    async def atrasadas(self) -> list[str]:
        with self._ausencia():
            async with self._conexoes.usar() as con:
                return [id_ for (id_,) in await con.fetch(_ATRASADAS, self._no.numero, CLASSE_DO_NO)]

    async def fechar(self) -> None:
        await self._conexoes.fechar()


async def _tickets(con: Conexao, empresa_id: str, eventos: Iterable[EventoRow]) -> dict[str, TicketVivo]:
    ids = {evento.ticket_id for evento in eventos if evento.ticket_id is not None}
    linhas = await con.fetch(_TICKETS, empresa_id, list(ids)) if ids else []
    return {id_: ler_ticket(dados) for id_, dados in linhas}


async def _atendentes(
    con: Conexao, empresa_id: str, eventos: list[EventoRow], tickets: Iterable[TicketVivo]
) -> dict[str, AtendenteVivo]:
    ids: set[str | None] = {id_ for evento in eventos for id_ in atendentes_de(evento)}
    ids |= {id_ for ticket in tickets for id_ in (ticket.dono, ticket.fim_dono)}
    vivos = {}
    if any(evento.tipo == EquipeExcluida.tipo for evento in eventos):
        vivos = {id_: ler_atendente(dados) for id_, dados in await con.fetch(_TODOS_OS_ATENDENTES, empresa_id)}
    faltam = ids - vivos.keys() - {None}
    linhas: list[Record] = await con.fetch(_ATENDENTES, empresa_id, list(faltam)) if faltam else []
    return vivos | {id_: _atendente(*resto) for id_, *resto in linhas}


def _atendente(dados: bytes | None, capacidade: int, equipes: list[str]) -> AtendenteVivo:
    if dados is not None:
        return ler_atendente(dados)
    return AtendenteVivo(capacidade=capacidade, equipes=tuple(equipes))


async def _somadas(con: Conexao, empresa_id: str, novas: Somas) -> Somas:
    """What is there already in these places, and what is new."""
    argumentos = ([corte for corte, _, _ in novas], [hora for _, _, hora in novas], [chave for _, chave, _ in novas])
    somas = {lugar: dict(medidas) for lugar, medidas in novas.items()}
    for corte, chave, hora, pacote in await con.fetch(_SOMAS_DE, empresa_id, *argumentos) if novas else []:
        somar_pacote(somas[corte, chave, hora], pacote)
    return somas


def _estados(contagem: Contagem) -> Iterable[tuple[int, str, bytes, int | None, bool]]:
    for id_, ticket in contagem.tickets.items():
        yield _TICKET, id_, guardado(ticket), ticket.fim, False
    for id_, vivo in contagem.atendentes.items():
        yield _ATENDENTE, id_, guardado(vivo), None, vivo.online


class LeiturasDeRelatorios:
    """Implements :class:`engine.relatorios.guarda.LeitorDeRelatorios`."""

    def __init__(self, linhas: Linhas) -> None:
        self._linhas = linhas

    async def marca(self, empresa_id: str) -> Marca:
        linhas = await self._linhas(empresa_id, _MARCA, empresa_id)
        return Marca(*linhas[0]) if linhas else Marca()

    async def somas(
        self, empresa_id: str, corte: Corte, horas: range, chaves: Collection[str] | None, depois: tuple[int, str],
        limite: int,
    ) -> list[SomaDaHora]:  # fmt: skip
        argumentos: tuple[Any, ...] = (horas.start, horas.stop - 1, None if chaves is None else list(chaves))
        linhas = await self._linhas(empresa_id, _LER, empresa_id, int(corte), *argumentos, *depois, limite)
        return [SomaDaHora(*linha) for linha in linhas]

    async def presentes(self, empresa_id: str) -> Mapping[str, AtendenteVivo]:
        linhas = await self._linhas(empresa_id, _PRESENTES, empresa_id)
        return {id_: ler_atendente(dados) for id_, dados in linhas}

    async def nomes(self, empresa_id: str, ids: Collection[str]) -> dict[str, str]:
        linhas = await self._linhas(empresa_id, _NOMES, empresa_id, list(ids)) if ids else []
        return {linha[0]: linha[1] for linha in linhas}


class RelatoriosDaEmpresa:
    """What reports of an empresa read, on the command line, beside whatever server is running. Use it as an async
    context manager, which gives them; or None, if there is no such empresa.

    Raises on entering:
        DsnInvalido, BancoAusente: the database cannot be used.
        MigracaoRecusada: its schema is not this version's.
    """

    def __init__(self, dsn: str, empresa_id: str) -> None:
        self._dsn = dsn
        self._id = empresa_id
        self._con: Conexao

    async def __aenter__(self) -> LeiturasDeRelatorios | None:
        try:
            self._con = await conectar(self._dsn, _DA_LINHA_DE_COMANDO)
        except (*FALHAS, ValueError) as exc:
            raise falha_ao_conectar(exc) from exc
        try:
            await conferir(self._con)
            await self._con.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            existe = await self._con.fetchrow(_EMPRESA, self._id) is not None
        except BaseException:
            await fechar(self._con)
            raise
        return LeiturasDeRelatorios(self._linhas) if existe else None

    async def __aexit__(self, *_: object) -> None:
        await fechar(self._con)

    async def _linhas(self, empresa_id: str, texto: str, *argumentos: object) -> list[Record]:
        assert empresa_id == self._id, "it is opened for one"
        linhas: list[Record] = await self._con.fetch(texto, *argumentos)
        return linhas
