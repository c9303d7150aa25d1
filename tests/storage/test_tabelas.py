"""The one table of rows says of the database what is so."""

from __future__ import annotations

import asyncio
import re

from engine.tabelas import TABELAS, de_escrita
from storage import lote
from storage.consultas import sql
from tests.storage.linhas import por_fora

_CHAVES = """
    SELECT c.relname, array_agg(a.attname::text ORDER BY k.ordem)
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indrelid
    CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (coluna, ordem)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.coluna
    WHERE i.indisprimary
    GROUP BY c.relname
"""


def test_the_key_of_a_row_is_the_primary_key_of_its_table(postgres_dsn: str) -> None:
    async def main() -> None:
        async with por_fora(postgres_dsn) as con:
            chaves = {nome: tuple(colunas) for nome, colunas in await con.fetch(_CHAVES)}
        assert {tabela.nome for tabela in TABELAS.values()} <= chaves.keys()
        for tipo in de_escrita("insere", "substitui", "registra"):
            assert TABELAS[tipo].chave == chaves[TABELAS[tipo].nome], tipo.__name__

    asyncio.run(main())


def test_every_row_is_sent_as_the_parameter_of_its_own_table() -> None:
    """The five columns of the fences come first; what happens to messages goes as columns, between the JSON."""
    enviadas = {*lote._COMUNS, *lote._DA_DISTRIBUICAO, *lote._DE_MENSAGENS, *lote._OUTRAS}
    assert enviadas == TABELAS.keys() - {*de_escrita("conta")}
    colunas = sum(len(tipo.__struct_fields__) for tipo in lote._DE_MENSAGENS)
    ordem = [*lote._COMUNS, *lote._DA_DISTRIBUICAO, *[None] * colunas, *lote._OUTRAS]
    achadas = re.findall(r"json_populate_recordset\(NULL::(\w+), \$(\d+)\)", sql("gravar_tudo"))
    assert len(achadas) == len({*de_escrita("insere", "substitui", "registra")}) + 1, "and the set-up of an empresa"
    for nome, parametro in achadas:
        tipo = ordem[int(parametro) - 6]
        assert tipo is not None
        assert TABELAS[tipo].nome == nome
