"""The SQL files, and how PostgreSQL means to run what is in them."""

from __future__ import annotations

import asyncio
import re

import pytest

from storage.conexao import CARREGAR, GRAVAR, LER, Perfil, conectar, fechar
from storage.consultas import sql

POR_PERFIL = (
    (GRAVAR, "cercar gravar_tickets gravar_filas gravar_atendentes gravar_membros gravar_leituras lease_conferir"),
    (GRAVAR, "lease_devolver"),
    (CARREGAR, "lease_tomar lease_de_quem empresa_criar carregar_filas carregar_atendentes carregar_membros"),
    (CARREGAR, "carregar_tickets carregar_ticket"),
    (LER, "ler_tickets ler_detalhe ler_mensagens ler_mensagem ler_historico ler_eventos ler_primeiro_evento"),
)
CASOS = [pytest.param(perfil, nome, id=nome) for perfil, nomes in POR_PERFIL for nome in nomes.split()]


@pytest.mark.parametrize(("perfil", "nome"), CASOS)
def test_every_statement_finds_its_rows_by_index_even_where_nothing_was_ever_analysed(
    postgres_dsn: str, perfil: Perfil, nome: str
) -> None:
    async def main() -> None:
        con = await conectar(postgres_dsn, perfil)
        texto = sql(nome)
        vazios = [None] * max(int(numero) for numero in re.findall(r"\$(\d+)", texto))
        linhas = await con.fetch(f"EXPLAIN (GENERIC_PLAN) {texto}", *vazios)
        plano = "\n".join(linha for (linha,) in linhas)
        assert "Seq Scan" not in plano, plano
        await fechar(con)

    asyncio.run(main())


def test_columns_that_are_written_once_are_put_where_they_are_named() -> None:
    assert "{" not in sql("ler_detalhe")
    assert sql("colunas_ticket") in sql("ler_tickets")
    assert "--" not in sql("ler_tickets")


def test_a_query_that_does_not_exist_is_an_error_when_it_is_named() -> None:
    with pytest.raises(KeyError, match="ler_tudo"):
        sql("ler_tudo")
