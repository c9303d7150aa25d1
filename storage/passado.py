"""An empresa and what came to it, read for a simulation on the command line, beside whatever server is running."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Final

from engine.ids import menor_id
from engine.modelo import CanalRow, EquipeFilaRow, EquipeMembroRow, EquipeRow, FilaRow, MembroRow
from engine.politica.capacidade import capacidade_de
from engine.ports import TicketPassado
from engine.simulacao.da_empresa import EmpresaSimulada, EquipeDaEmpresa, FilaDaEmpresa
from storage.carga import atendente, empresa
from storage.conexao import FALHAS, Conexao, Uso, conectar, fechar
from storage.consultas import sql
from storage.erros import falha_ao_conectar
from storage.migrar import conferir

_SIMULAR: Final = Uso("simular", 1, 3.0, 0, {})
_EMPRESA: Final = sql("ler_empresa")
_FILAS: Final = sql("carregar_filas")
_ATENDENTES: Final = sql("carregar_atendentes")
_MEMBROS: Final = sql("carregar_membros")
_CANAIS: Final = sql("carregar_canais")
_EQUIPES: Final = sql("carregar_equipes")
_EQUIPE_MEMBROS: Final = sql("carregar_equipe_membros")
_EQUIPE_FILAS: Final = sql("carregar_equipe_filas")
_TRAFEGO: Final = sql("ler_trafego")
_PAGINA: Final = 2_000


class PassadoDaEmpresa:
    """A snapshot of a database. Use it as an async context manager.

    Raises on entering:
        DsnInvalido, BancoAusente: the database cannot be used.
        MigracaoRecusada: its schema is not this version's.
    """

    def __init__(self, dsn: str, empresa_id: str) -> None:
        self._dsn = dsn
        self._id = empresa_id
        self._con: Conexao

    async def __aenter__(self) -> PassadoDaEmpresa:
        try:
            self._con = await conectar(self._dsn, _SIMULAR)
        except (*FALHAS, ValueError) as exc:
            raise falha_ao_conectar(exc) from exc
        try:
            await conferir(self._con)
            await self._con.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        except BaseException:
            await fechar(self._con)
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await fechar(self._con)

    async def empresa(self) -> EmpresaSimulada | None:
        """As it is now; None: there is no such empresa."""
        con, id_ = self._con, self._id
        linha = await con.fetchrow(_EMPRESA, id_)
        if linha is None:
            return None
        membros = _juntos(
            [(m.fila_id, m.atendente_id) for m in [MembroRow(*r) for r in await con.fetch(_MEMBROS, id_)]]
        )
        das_equipes = [EquipeMembroRow(*r) for r in await con.fetch(_EQUIPE_MEMBROS, id_)]
        servem = [EquipeFilaRow(*r) for r in await con.fetch(_EQUIPE_FILAS, id_)]
        membros_de = _juntos([(um.equipe_id, um.atendente_id) for um in das_equipes])
        filas_de = _juntos([(um.equipe_id, um.fila_id) for um in servem])
        equipes = [EquipeRow(*r) for r in await con.fetch(_EQUIPES, id_)]
        filas = [FilaRow(*r) for r in await con.fetch(_FILAS, id_)]
        return EmpresaSimulada(
            [FilaDaEmpresa(row, membros[row.id]) for row in filas],
            [EquipeDaEmpresa(row, membros_de[row.id], filas_de[row.id]) for row in equipes],
            [atendente(r) for r in await con.fetch(_ATENDENTES, id_)],
            [CanalRow(*r) for r in await con.fetch(_CANAIS, id_)],
            capacidade_de(empresa(linha)),
        )

    async def trafego(self, de: int, ate: int) -> AsyncIterator[list[TicketPassado]]:
        """What came between two instants (ms), the latest first, a page at a time."""
        antes_de = menor_id(ate)
        while True:
            linhas = await self._con.fetch(_TRAFEGO, self._id, menor_id(de), antes_de, _PAGINA)
            pagina = [TicketPassado(*linha) for linha in linhas]
            yield pagina
            if len(pagina) < _PAGINA:
                return
            antes_de = pagina[-1].id


def _juntos(pares: list[tuple[str, str]]) -> defaultdict[str, frozenset[str]]:
    """The second ones, by the first."""
    todos: dict[str, set[str]] = defaultdict(set)
    for um, outro in pares:
        todos[um].add(outro)
    return defaultdict(frozenset, {um: frozenset(outros) for um, outros in todos.items()})
