"""How the outbox stands, and its dead letters, as PostgreSQL tells it to an empresa."""

from __future__ import annotations

import asyncio
import re
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

import storage.leituras
import storage.situacao
from engine.conector.trabalhos import Webhook
from engine.envios.situacao import CORPO_MOSTRADO, Contados, FiltroMortos
from engine.modelo import EnvioRow
from engine.vistas import json_text
from storage import Banco
from tests.storage.contrato import canal
from tests.storage.linhas import AGORA, Escritor, aberto, envio, novo_id, por_fora


def com(dsn: str, historia: Callable[[Banco, Escritor], Awaitable[None]]) -> None:
    async def main() -> None:
        async with aberto(dsn) as banco:
            await historia(banco, await Escritor.de(banco))

    asyncio.run(main())


def morto(empresa_id: str, canal_id: str, em: int = 0, **campos: Any) -> EnvioRow:
    padrao: dict[str, Any] = {"estado": "falhou", "atualizado_em": AGORA + em, "codigo": "131026", "erro": "não quis"}
    return envio(empresa_id, canal_id, 1, **(padrao | campos))


def test_what_waits_is_under_way_in_doubt_and_dead_is_counted_by_canal_and_job(postgres_dsn: str) -> None:
    async def historia(banco: Banco, e: Escritor) -> None:
        um, outro, calado = novo_id(), novo_id(), novo_id()
        linhas = [envio(e.id, um, n, criado_em=AGORA + n) for n in range(3, 6)]
        linhas += [envio(e.id, um, n, estado="enviando", criado_em=AGORA + n) for n in range(1, 3)]
        linhas += [envio(e.id, um, 0, estado="desconhecido", trabalho="enviar_arquivo", criado_em=AGORA)]
        linhas += [envio(e.id, um, 9, estado=estado) for estado in ("enviado", "entregue", "lido", "cancelado")]
        linhas += [envio(e.id, um, 9, linha="entrada", trabalho="processar_webhook", criado_em=AGORA + 7)]
        linhas += [morto(e.id, outro), morto(e.id, outro)]
        await banco.store.commit(e.lote(*linhas))
        situacao = await banco.leituras.situacao_dos_envios(e.id, [um, outro, calado])
        feitas = {(uma.canal_id, uma.trabalho): uma for uma in situacao}
        assert feitas.keys() == {
            (um, "enviar_mensagem"), (um, "enviar_arquivo"), (um, "processar_webhook"), (outro, "enviar_mensagem")
        }  # fmt: skip
        mensagens, arquivos = feitas[um, "enviar_mensagem"], feitas[um, "enviar_arquivo"]
        assert (mensagens.esperam.quantos, mensagens.em_curso.quantos, mensagens.mais_antigo) == (3, 2, AGORA + 1)
        assert (arquivos.esperam.quantos, arquivos.em_duvida.quantos, arquivos.mais_antigo) == (0, 1, AGORA)
        assert feitas[um, "processar_webhook"].esperam.quantos == 1
        assert (feitas[outro, "enviar_mensagem"].mortos, feitas[outro, "enviar_mensagem"].mais_antigo) == (
            Contados(2), None
        )  # fmt: skip
        assert await banco.leituras.situacao_dos_envios((await Escritor.de(banco)).id, [um, outro]) == []

    com(postgres_dsn, historia)


def test_a_long_line_is_counted_up_to_a_bound_and_says_that_there_is_more(
    postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.leituras, "CONTADOS", 3)
    monkeypatch.setattr(storage.situacao, "CONTADOS", 3)

    async def historia(banco: Banco, e: Escritor) -> None:
        cheio, justo = novo_id(), novo_id()
        linhas = [envio(e.id, cheio, n) for n in range(5)] + [envio(e.id, justo, n) for n in range(3)]
        await banco.store.commit(e.lote(*linhas))
        situacao = await banco.leituras.situacao_dos_envios(e.id, [cheio, justo])
        contados = {uma.canal_id: uma.esperam for uma in situacao}
        assert contados == {cheio: Contados(3, ha_mais=True), justo: Contados(3)}

    com(postgres_dsn, historia)


@pytest.mark.parametrize("consulta", ["ler_situacao_dos_envios", "ler_mortos"])
def test_whatever_was_done_is_never_looked_at(postgres_dsn: str, consulta: str) -> None:
    """By the plan: only the partial indexes of what is not done are read."""

    async def historia(banco: Banco, e: Escritor) -> None:
        site = canal(e.id)
        await banco.store.commit(e.lote(site, *(envio(e.id, site.id, n, estado="lido") for n in range(2_000))))
        async with por_fora(postgres_dsn) as con:
            await con.execute("ANALYZE atendimento_envios")
            argumentos: tuple[Any, ...] = (
                (e.id, [site.id], 100)
                if consulta == "ler_situacao_dos_envios"
                else (e.id, [site.id], None, None, 0, AGORA * 2, 20, 0, 100, 100)
            )
            plano = await con.fetch(f"EXPLAIN {storage.consultas.sql(consulta)}", *argumentos)
        texto = "\n".join(linha for (linha,) in plano)
        assert "Seq Scan on atendimento_envios" not in texto
        usados = set(re.findall(r"using (\w+) on atendimento_envios", texto))
        assert usados
        assert usados <= {"atendimento_envios_abertos", "atendimento_envios_fora", "atendimento_envios_mortos"}, texto

    com(postgres_dsn, historia)


def test_dead_letters_are_found_by_what_is_known_of_them_the_latest_first(postgres_dsn: str) -> None:
    async def historia(banco: Banco, e: Escritor) -> None:
        um, outro, terceiro = canal(e.id), canal(e.id), canal(e.id)
        rows = [
            morto(e.id, um.id, 1),
            morto(e.id, um.id, 2, trabalho="enviar_arquivo"),
            morto(e.id, outro.id, 3, codigo="470"),
            morto(e.id, outro.id, 4),
        ]
        await banco.store.commit(
            e.lote(um, outro, terceiro, *rows, morto(e.id, terceiro.id), envio(e.id, um.id, 1), eventos=1)
        )
        ids, dois = [row.id for row in rows], (um.id, outro.id)

        async def achados(page: int = 1, limit: int = 20, **campos: Any) -> tuple[list[str], int]:
            mortos, total = await banco.leituras.mortos(e.id, FiltroMortos(**({"canais": dois} | campos)), page, limit)
            return [um.id for um in mortos], total

        assert await achados() == ([ids[3], ids[2], ids[1], ids[0]], 4)
        assert await achados(2, 3) == ([ids[0]], 4)
        assert await achados(9) == ([], 4)
        assert await achados(canais=(um.id,)) == ([ids[1], ids[0]], 2)
        assert await achados(canais=()) == ([], 0)
        assert await achados(trabalho="enviar_arquivo") == ([ids[1]], 1)
        assert await achados(codigo="470") == ([ids[2]], 1)
        assert await achados(desde=AGORA + 2, ate=AGORA + 3) == ([ids[2], ids[1]], 2)
        a_tratar = await banco.leituras.mortos_a_tratar(e.id, FiltroMortos(canais=dois), 3, com_carga=True)
        assert [(carta.id, carta.canal_id, carta.morta) for carta in a_tratar] == [
            (row.id, row.canal_id, True) for row in rows[:3]
        ]
        assert a_tratar[0].tamanho == len(rows[0].dados)
        alheia = (await Escritor.de(banco)).id
        assert await banco.leituras.mortos(alheia, FiltroMortos(canais=dois), 1, 20) == ([], 0)
        assert await banco.leituras.cartas(alheia, ids) == []

    com(postgres_dsn, historia)


def test_jobs_are_found_by_their_ids_whatever_their_state(postgres_dsn: str) -> None:
    async def historia(banco: Banco, e: Escritor) -> None:
        vivo, perdido = envio(e.id, novo_id(), 1), morto(e.id, novo_id())
        await banco.store.commit(e.lote(vivo, perdido))
        cartas = await banco.leituras.cartas(e.id, [vivo.id, perdido.id, novo_id()])
        assert {(carta.id, carta.morta) for carta in cartas} == {(vivo.id, False), (perdido.id, True)}

    com(postgres_dsn, historia)


@pytest.mark.parametrize("tamanho", [0, 10, CORPO_MOSTRADO, CORPO_MOSTRADO + 1, 100_000])
def test_of_a_webhook_that_could_not_be_read_the_beginning_is_shown(postgres_dsn: str, tamanho: int) -> None:
    corpo = ('çã"\\\n' * 100_000).encode()[:tamanho]
    webhook = Webhook(corpo=b64encode(corpo).decode(), tipo_de_conteudo="application/json", recebido_em=AGORA)

    async def historia(banco: Banco, e: Escritor) -> None:
        site = canal(e.id)
        row = morto(e.id, site.id, linha="entrada", trabalho="processar_webhook", dados=json_text(webhook))
        await banco.store.commit(e.lote(site, row))
        (achado,), _ = await banco.leituras.mortos(e.id, FiltroMortos(canais=(site.id,)), 1, 20)
        assert achado.corpo is not None
        assert achado.tamanho == len(row.dados)
        lido = b64decode(achado.corpo[: len(achado.corpo) // 4 * 4])
        assert corpo.startswith(lido)
        assert len(lido) == tamanho or len(lido) >= CORPO_MOSTRADO

    com(postgres_dsn, historia)


def test_what_waits_is_counted_for_all_empresas_with_the_age_of_what_stands_first(postgres_dsn: str) -> None:
    async def historia(banco: Banco, e: Escritor) -> None:
        outra = await Escritor.de(banco)
        assert await banco.store.envios_na_fila() == []
        um, outro = novo_id(), novo_id()
        await banco.store.commit(
            e.lote(
                envio(e.id, um, 2, criado_em=AGORA + 5),
                envio(e.id, um, 3, criado_em=AGORA + 6, trabalho="enviar_arquivo"),
                envio(e.id, um, 1, estado="lido"),
                envio(e.id, um, 1, linha="entrada", trabalho="processar_webhook", criado_em=AGORA + 1),
                envio(e.id, outro, 1, estado="desconhecido", criado_em=AGORA + 4),
            )
        )
        await banco.store.commit(outra.lote(envio(outra.id, um, 9, criado_em=AGORA + 2)))
        na_fila = {row.trabalho: (row.quantos, row.mais_antigo) for row in await banco.store.envios_na_fila()}
        assert na_fila == {
            "enviar_mensagem": (3, AGORA + 2),
            "enviar_arquivo": (1, None),
            "processar_webhook": (1, AGORA + 1),
        }

    com(postgres_dsn, historia)
