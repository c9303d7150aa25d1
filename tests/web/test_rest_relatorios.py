"""Reports over REST: what was done just now is in them, credited to who did it, and told to who may see it."""

from __future__ import annotations

import csv
import io
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.web.rest_apoio import Servidor, Usuario, com_servidor, novo_id
from tests.web.test_rest_tickets import chegar

NOMES = ("volume", "tempos", "status", "sla", "agentes", "csat")


async def ver(quem: Usuario, caminho: str) -> Any:
    return (await quem("GET", f"/relatorios/{caminho}")).ok()


async def novo_ticket(admin: Usuario, **campos: Any) -> str:
    corpo = {"contato_nome": "Bia", "contato_telefone": "+5511999990000", **campos}
    return str((await admin("POST", "/tickets", corpo)).ok(201)["id"])


async def escrever(quem: Usuario, ticket_id: str, **campos: Any) -> None:
    (await quem("POST", "/mensagens", {"ticketId": ticket_id, "conteudo": "oi", **campos})).ok(201)


def por_nome(relatorio: Any) -> dict[str | None, Any]:
    return {linha["nome"]: linha["valores"] for linha in relatorio["linhas"]}


def test_what_was_done_just_now_is_in_the_report_of_who_did_it(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana, rui = s.usuario(), s.usuario("atendente"), s.usuario("atendente")
        await chegar(ana)
        await chegar(rui)
        suporte = (await admin("POST", "/filas", {"nome": "Suporte"})).ok(201)["id"]
        for um in (ana, rui):
            (await admin("POST", f"/filas/{suporte}/atendentes/{um.id}")).ok(204)
        ticket = await novo_ticket(admin, filaId=suporte, etiquetas=["vip"])
        dono = (await admin("GET", f"/tickets/{ticket}")).ok()["atendenteId"]
        um, outro = (ana, rui) if dono == ana.id else (rui, ana)
        await escrever(admin, ticket, direcao="recebida")
        await escrever(um, ticket)
        (await admin("PATCH", f"/tickets/{ticket}/transferir", {"atendenteId": outro.id})).ok()
        await escrever(outro, ticket)
        (await outro("PATCH", f"/tickets/{ticket}", {"status": "RESOLVIDO"})).ok()

        volume = await ver(admin, "volume?por=atendente")
        linhas = {linha["id"]: linha["valores"] for linha in volume["linhas"]}
        assert (linhas[um.id]["transferidosDe"], linhas[um.id]["resolvidos"]) == (1, 0)
        assert (linhas[outro.id]["transferidosPara"], linhas[outro.id]["resolvidos"]) == (1, 1)
        assert volume["geral"]["criados"] == volume["geral"]["criadosPorPessoa"] == 1
        assert volume["geral"]["mensagensRecebidas"] == 1
        assert volume["geral"]["mensagensEnviadas"] == 2
        tempos = {uma["id"]: uma["valores"] for uma in (await ver(admin, "tempos?por=atendente"))["linhas"]}
        assert (tempos[um.id]["primeiraResposta"]["quantos"], tempos[um.id]["resolucao"]["quantos"]) == (1, 0)
        assert tempos[outro.id]["primeiraResposta"] == {
            "quantos": 0, "mediaSegundos": None, "p50Segundos": None, "p90Segundos": None, "p99Segundos": None,
        }  # fmt: skip
        assert por_nome(await ver(admin, "volume?por=fila"))["Suporte"]["resolvidos"] == 1
        assert por_nome(await ver(admin, "volume?por=etiqueta"))["vip"]["resolvidos"] == 1
        so_da_fila = await ver(admin, f"volume?por=atendente&filaId={suporte}&atendenteId={um.id}")
        assert [linha["id"] for linha in so_da_fila["linhas"]] == [um.id]
        exato = await ver(admin, "volume?intervalo=dia")
        assert len(exato["linhas"]) == 1
        assert exato["ateSeq"] > 0
        assert exato["atualizadoEm"] is not None

    com_servidor(dsn, teste)


def test_the_time_of_who_is_online_is_counted_to_this_moment(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        await chegar(ana)
        primeiro = (await ver(admin, "agentes?por=atendente"))["linhas"][0]
        depois = (await ver(admin, "agentes?por=atendente"))["linhas"][0]
        assert primeiro["id"] == ana.id
        assert 0 <= primeiro["valores"]["onlineSegundos"] < depois["valores"]["onlineSegundos"] < 60
        assert depois["valores"]["estadosSegundos"]["disponivel"] == depois["valores"]["onlineSegundos"]
        equipe = (await admin("POST", "/equipes", {"nome": "Manhã"})).ok(201)["id"]
        (await admin("POST", f"/equipes/{equipe}/membros/{ana.id}")).ok(204)
        assert "Manhã" in por_nome(await ver(admin, "agentes?por=equipe"))
        geral = await ver(admin, "agentes?por=equipe")
        assert geral["geral"]["onlineSegundos"] < 60
        (await admin("GET", "/relatorios/agentes?por=fila")).erro(400)

    com_servidor(dsn, teste)


def test_an_atendente_sees_its_own_numbers_only_and_a_conector_none(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana, rui = s.usuario(), s.usuario("atendente"), s.usuario("atendente")
        await chegar(ana)
        await chegar(rui)
        ticket = await novo_ticket(admin)
        dono = (await admin("GET", f"/tickets/{ticket}")).ok()["atendenteId"]
        um, outro = (ana, rui) if dono == ana.id else (rui, ana)
        await escrever(um, ticket)
        for nome in NOMES:
            (await s.usuario("conector")("GET", f"/relatorios/{nome}")).erro(403, "papel_sem_permissao")
            (await um("GET", f"/relatorios/{nome}?atendenteId={outro.id}")).erro(403, "relatorio_de_outro")
            assert {linha["id"] for linha in (await ver(um, f"{nome}?por=atendente"))["linhas"]} <= {um.id}
            assert {linha["id"] for linha in (await ver(s.usuario("supervisor"), f"{nome}?por=atendente"))["linhas"]}
        assert (await ver(um, "volume"))["geral"]["mensagensEnviadas"] == 1
        assert (await ver(outro, "volume"))["geral"]["mensagensEnviadas"] == 0
        assert (await ver(outro, "volume?por=fila"))["geral"]["mensagensEnviadas"] == 0
        for por in ("equipe", "canal", "etiqueta"):
            (await um("GET", f"/relatorios/volume?por={por}")).erro(400)

    com_servidor(dsn, teste)


def test_another_empresa_is_in_no_report(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, vizinho = s.usuario(), s.usuario(empresa=novo_id())
        await escrever(admin, await novo_ticket(admin))
        fila = (await admin("GET", "/filas")).ok()["data"][0]["id"]
        assert (await ver(admin, "volume"))["geral"]["criados"] == 1
        for nome in NOMES:
            for por in ("total", "fila", "atendente", "canal", "etiqueta", "equipe", "hora", "diaDaSemana"):
                if nome != "agentes" or por in {"total", "atendente", "equipe"}:
                    assert (await ver(vizinho, f"{nome}?por={por}"))["linhas"] == []
        assert (await ver(vizinho, f"volume?filaId={fila}"))["linhas"] == []
        assert (await ver(vizinho, f"volume?por=fila&filaId={fila}"))["geral"]["criados"] == 0

    com_servidor(dsn, teste)


@pytest.mark.parametrize(
    ("consulta", "campo"),
    [
        ("de=ontem", "de"),
        ("de=2026-02-30", "de"),
        ("ate=2026-11-29T10:00:00", "ate"),
        ("de=2026-11-29&ate=2026-11-28", "ate"),
        ("de=2020-01-01", "de"),
        ("fuso=Marte/Olympus", "fuso"),
        ("fuso=../../etc/passwd", "fuso"),
        ("por=contato", "por"),
        ("por=canal&filaId=00000000-0000-7000-8000-000000000001", "por"),
        ("de=2026-11-29T10:00:00Z&ate=2026-11-29T10:00:00Z", "ate"),
        ("intervalo=ano", "intervalo"),
        ("formato=pdf", "formato"),
        ("filaId=x", "filaId"),
        ("desde=2026-11-29", "desde"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_its_field(dsn: str, consulta: str, campo: str) -> None:
    async def teste(s: Servidor) -> None:
        erro = (await s.usuario()("GET", f"/relatorios/volume?{consulta}")).erro(400)
        assert [detalhe["campo"] for detalhe in erro["detalhes"]] == [campo]

    com_servidor(dsn, teste)


def test_an_empresa_of_which_nothing_is_known_has_empty_reports(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        for nome in NOMES:
            vazio = await ver(s.usuario(), nome)
            assert vazio["linhas"] == []
            assert vazio["relatorio"] == nome
        for formato in ("svg", "png"):
            assert (await s.usuario()("GET", f"/relatorios/tempos?formato={formato}")).status == 200

    com_servidor(dsn, teste)


def test_what_was_deleted_has_its_name_still(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        await chegar(ana)
        fila = (await admin("POST", "/filas", {"nome": "Some"})).ok(201)["id"]
        (await admin("POST", f"/filas/{fila}/atendentes/{ana.id}")).ok(204)
        ticket = await novo_ticket(admin, filaId=fila)
        await escrever(ana, ticket)
        (await admin("POST", f"/tickets/{ticket}/encerrar", {"motivo": "fim"})).ok()
        nome = (await admin("GET", f"/atendentes/{ana.id}")).ok()["nome"]
        (await admin("DELETE", f"/filas/{fila}")).ok(204)
        (await admin("DELETE", f"/atendentes/{ana.id}")).ok(204)
        assert por_nome(await ver(admin, "volume?por=fila"))["Some"]["resolvidos"] == 1
        assert por_nome(await ver(admin, "volume?por=atendente"))[nome]["resolvidos"] == 1
        (await admin("DELETE", f"/tickets/{ticket}")).ok(204)
        assert (await ver(admin, "volume"))["geral"]["resolvidos"] == 1

    com_servidor(dsn, teste)


def test_a_report_as_csv_is_what_a_spreadsheet_opens_and_calculates_nothing_of(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        fila = (await admin("POST", "/filas", {"nome": '=HYPERLINK("http://x";"oi"), "a"'})).ok(201)["id"]
        await novo_ticket(admin, filaId=fila, etiquetas=["@soma", "é"])
        resposta = await admin("GET", "/relatorios/tempos?por=fila&formato=csv")
        assert resposta.headers["content-type"] == "text/csv; charset=utf-8"
        assert resposta.headers["content-disposition"] == 'attachment; filename="tempos.csv"'
        assert resposta.corpo.startswith(b"\xef\xbb\xbf")
        (linha,) = csv.DictReader(io.StringIO(resposta.corpo.decode("utf-8-sig")))
        assert linha["nome"] == '\'=HYPERLINK("http://x";"oi"), "a"'
        assert linha["espera_quantos"] == "0"
        assert linha["espera_mediaSegundos"] == ""
        volume = (await admin("GET", "/relatorios/volume?por=etiqueta&formato=csv")).corpo.decode("utf-8-sig")
        assert {linha["nome"]: linha["criados"] for linha in csv.DictReader(io.StringIO(volume))} == {
            "'@soma": "1", "é": "1",
        }  # fmt: skip

    com_servidor(dsn, teste)


def test_a_report_is_drawn_as_svg_and_png(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        await chegar(ana)
        await escrever(ana, await novo_ticket(admin))
        for nome in NOMES:
            svg = await admin("GET", f"/relatorios/{nome}?formato=svg&por=atendente")
            assert svg.headers["content-type"] == "image/svg+xml"
            assert ET.fromstring(svg.corpo).tag == "{http://www.w3.org/2000/svg}svg"
        png = await admin("GET", "/relatorios/volume?formato=png&intervalo=dia")
        assert png.headers["content-type"] == "image/png"
        assert png.corpo.startswith(b"\x89PNG\r\n\x1a\n")

    com_servidor(dsn, teste)
