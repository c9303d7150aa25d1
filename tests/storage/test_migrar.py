"""Migrations: from nothing, again, from two processes at once, and when they must be refused."""

from __future__ import annotations

import asyncio
import hashlib
from importlib.resources import files

import msgspec
import pytest

from engine.modelo import (
    AcessoRow,
    ArquivoRow,
    ArremateRow,
    AtendenteRow,
    AvisoDadoRow,
    AvisoRetidoRow,
    CanalRow,
    CanalSegredosRow,
    ContatoChaveRow,
    DecisaoRow,
    EquipeFilaRow,
    EquipeMembroRow,
    EquipeRow,
    EscalaRow,
    EstadoAtendenteRow,
    EventoRow,
    FilaRow,
    IdempotenciaRow,
    InscricaoRow,
    MembroRow,
    MensagemRow,
    ModelosRow,
    NotaRow,
    NotificacaoRow,
    PoliticaVersaoRow,
    PreferenciaAvisosRow,
    Row,
    TicketRow,
)
from storage import BancoAusente, DsnInvalido, MigracaoRecusada, abrir, migrar
from storage.lote import BuscaGravada, ContatoGravado
from storage.migrar import migracao, migracoes
from tests.storage.linhas import COFRE, aberto, por_fora

TABELAS: dict[str, type[Row] | type[BuscaGravada] | type[ContatoGravado]] = {
    "atendimento_tickets": TicketRow,
    "atendimento_mensagens": MensagemRow,
    "atendimento_filas": FilaRow,
    "atendimento_atendentes": AtendenteRow,
    "atendimento_acessos": AcessoRow,
    "atendimento_fila_membros": MembroRow,
    "atendimento_eventos": EventoRow,
    "atendimento_tickets_busca": BuscaGravada,
    "atendimento_arquivos": ArquivoRow,
    "atendimento_canais": CanalRow,
    "atendimento_canal_segredos": CanalSegredosRow,
    "atendimento_canal_modelos": ModelosRow,
    "atendimento_equipes": EquipeRow,
    "atendimento_equipe_membros": EquipeMembroRow,
    "atendimento_equipe_filas": EquipeFilaRow,
    "atendimento_contatos": ContatoGravado,
    "atendimento_contato_chaves": ContatoChaveRow,
    "atendimento_idempotencia": IdempotenciaRow,
    "atendimento_inscricoes": InscricaoRow,
    "atendimento_politica_versoes": PoliticaVersaoRow,
    "atendimento_escala": EscalaRow,
    "atendimento_arremates": ArremateRow,
    "atendimento_atendente_estados": EstadoAtendenteRow,
    "atendimento_decisoes": DecisaoRow,
    "atendimento_aviso_preferencias": PreferenciaAvisosRow,
    "atendimento_avisos_retidos": AvisoRetidoRow,
    "atendimento_avisos_dados": AvisoDadoRow,
    "atendimento_notificacoes": NotificacaoRow,
    "atendimento_notas": NotaRow,
}

COM_VALOR_QUANDO_NULO = {
    ("atendimento_eventos", "versao"),
    ("atendimento_tickets", "do_canal"),
    ("atendimento_contatos", "outros"),
    ("atendimento_contatos", "etiquetas"),
    ("atendimento_filas", "politica"),
    ("atendimento_filas", "versao_politica"),
    ("atendimento_atendentes", "niveis"),
    ("atendimento_atendentes", "sem_resposta"),
}
"""Columns of which NULL is read as a value: what the program before does not know, it writes so."""


def test_an_empty_database_is_migrated_and_the_second_time_nothing_is_done(postgres_vazio: str) -> None:
    async def main() -> None:
        assert await migrar(postgres_vazio) == [uma.nome for uma in migracoes()]
        assert await migrar(postgres_vazio) == []
        async with aberto(postgres_vazio) as banco:
            assert await banco.alcancavel()

    asyncio.run(main())


def test_processes_that_migrate_at_once_take_turns(postgres_vazio: str) -> None:
    async def main() -> None:
        feitas = await asyncio.gather(*(migrar(postgres_vazio) for _ in range(4)))
        assert sorted(feitas, key=len) == [[], [], [], [uma.nome for uma in migracoes()]]

    asyncio.run(main())


def test_a_migration_whose_text_changed_is_refused(postgres_dsn: str) -> None:
    async def main() -> None:
        async with por_fora(postgres_dsn) as con:
            await con.execute("UPDATE atendimento_migracoes SET soma = 'outra' WHERE nome = '0001_inicial'")
        for operacao in (migrar(postgres_dsn), abrir(postgres_dsn, no="teste:1", cofre=COFRE)):
            with pytest.raises(MigracaoRecusada, match=r"0001_inicial.*outro texto; .+") as erro:
                await operacao
            assert "\n" not in str(erro.value)

    asyncio.run(main())


def test_a_database_newer_than_this_version_is_refused(postgres_dsn: str) -> None:
    async def main() -> None:
        async with por_fora(postgres_dsn) as con:
            await con.execute("INSERT INTO atendimento_migracoes (nome, soma) VALUES ('9999_futura', 'x')")
        for operacao in (migrar(postgres_dsn), abrir(postgres_dsn, no="teste:1", cofre=COFRE)):
            with pytest.raises(MigracaoRecusada, match=r"9999_futura.*atualize o Balcão"):
                await operacao

    asyncio.run(main())


def test_a_database_that_was_not_migrated_is_not_opened(postgres_vazio: str) -> None:
    async def main() -> None:
        with pytest.raises(MigracaoRecusada, match="balcao migrate"):
            await abrir(postgres_vazio, no="teste:1", cofre=COFRE)

    asyncio.run(main())


def test_a_migration_that_fails_leaves_nothing_and_can_be_repeated(postgres_dsn: str) -> None:
    ruim = migracao("0099_ruim", "CREATE TABLE meia (a int); CREATE TABLE meia (a int)")
    boa = migracao("0099_ruim", "CREATE TABLE meia (a int)")

    async def main() -> None:
        with pytest.raises(MigracaoRecusada, match="0099_ruim falhou e nada dela ficou"):
            await migrar(postgres_dsn, [*migracoes(), ruim])
        assert await migrar(postgres_dsn, [*migracoes(), boa]) == ["0099_ruim"]

    asyncio.run(main())


def test_a_migration_that_comes_before_one_already_applied_is_refused(postgres_dsn: str) -> None:
    antes = migracao("0000_antes", "CREATE TABLE antes (a int)")

    async def main() -> None:
        with pytest.raises(MigracaoRecusada, match="0000_antes"):
            await migrar(postgres_dsn, [antes, *migracoes()])

    asyncio.run(main())


def test_checksums_do_not_depend_on_line_ends() -> None:
    for uma in migracoes():
        texto = files("storage").joinpath("migrations", f"{uma.nome}.sql").read_bytes()
        assert uma.soma == hashlib.sha256(texto.replace(b"\r\n", b"\n")).hexdigest()


def test_every_table_has_the_columns_of_its_row_in_the_same_order(postgres_dsn: str) -> None:
    async def main() -> None:
        async with por_fora(postgres_dsn) as con:
            for tabela, tipo in TABELAS.items():
                linhas = await con.fetch(
                    "SELECT attname, attnotnull FROM pg_attribute "
                    "WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
                    tabela,
                )
                campos = msgspec.json.schema_components([tipo])[1][tipo.__name__]["properties"]
                pode_faltar = [nome for nome, campo in campos.items() if {"type": "null"} in campo.get("anyOf", [])]
                assert [nome for nome, _ in linhas] == list(tipo.__struct_fields__)
                nulas = [nome for nome, exigida in linhas if not exigida]
                assert [nome for nome in nulas if (tabela, nome) not in COM_VALOR_QUANDO_NULO] == pode_faltar

    asyncio.run(main())


def test_every_primary_key_of_a_tenants_table_begins_with_empresa_id(postgres_dsn: str) -> None:
    async def main() -> None:
        async with por_fora(postgres_dsn) as con:
            linhas = await con.fetch(
                "SELECT c.relname, a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
                "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] "
                "WHERE i.indisprimary AND c.relname LIKE 'atendimento%' "
                "AND c.relname <> 'atendimento_migracoes'"  # nobody's
            )
        assert {tabela for tabela, _ in linhas} >= TABELAS.keys()
        assert {coluna for _, coluna in linhas} == {"empresa_id"}

    asyncio.run(main())


@pytest.mark.parametrize(
    ("dsn", "erro"),
    [
        ("http://localhost/x", DsnInvalido),
        ("postgresql://localhost:porta/x", DsnInvalido),
        ("postgresql://postgres@127.0.0.1:1/x", BancoAusente),
        ("postgresql://postgres@/x?host=/nao/existe", BancoAusente),
    ],
)
def test_a_database_that_cannot_be_reached_is_one_clear_line(dsn: str, erro: type[Exception]) -> None:
    async def main() -> None:
        for operacao in (migrar(dsn), abrir(dsn, no="teste:1", cofre=COFRE)):
            with pytest.raises(erro, match=r"^[^\n]+; [^\n]+$"):
                await operacao

    asyncio.run(main())


def test_a_database_that_does_not_exist_is_named(postgres_dsn: str) -> None:
    async def main() -> None:
        with pytest.raises(BancoAusente, match=r"nao_existe.*createdb"):
            await migrar(postgres_dsn.replace("/banco_", "/nao_existe_"))

    asyncio.run(main())
