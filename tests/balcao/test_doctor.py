"""``balcao doctor``: what is right is ✓, and every way to break the data is seen."""

from __future__ import annotations

import asyncio
import platform
import socket
import subprocess
import sys
from collections.abc import Callable

import asyncpg
import httpx2
import pytest

import storage
from storage.diagnostico import INVARIANTES, Diagnostico, Violacao
from tests.servidor import NovoServidor, Servidor, novo_id, porta_livre

EMPRESA, FILA, ATENDENTE, TICKET = (novo_id() for _ in range(4))

SEMENTE = f"""
INSERT INTO atendimento_empresas VALUES ('{EMPRESA}', 'Padaria', 0);
INSERT INTO atendimento_leases VALUES ('{EMPRESA}', 1, 3, 0, 1, NULL, '', 0);
INSERT INTO atendimento_filas VALUES
    ('{EMPRESA}', '{FILA}', 'Geral', NULL, 'MENOS_OCUPADO', true, 'devolver', 5, true, 0, 0, NULL);
INSERT INTO atendimento_atendentes VALUES
    ('{EMPRESA}', '{ATENDENTE}', 'Ana', 'ana@exemplo.com', 1, '{{}}', true, 'disponivel', NULL, false, NULL, 0, 0, 0,
     NULL);
INSERT INTO atendimento_fila_membros VALUES ('{EMPRESA}', '{FILA}', '{ATENDENTE}', true);
INSERT INTO atendimento_tickets VALUES
    ('{EMPRESA}', '{TICKET}', 1, 'EM_ANDAMENTO', 'NORMAL', 'João', NULL, NULL, NULL, '{FILA}', '{ATENDENTE}', NULL,
     false, 0, 0, 0, NULL, NULL, NULL);
INSERT INTO atendimento_mensagens VALUES
    ('{EMPRESA}', gen_random_uuid(), '{TICKET}', 3, 'oi', 'texto', 'recebida', NULL, NULL, false, 'enviado', 0);
INSERT INTO atendimento_eventos VALUES
    ('{EMPRESA}', 1, 'ticket_criado', 0, '{TICKET}', '{FILA}', NULL, NULL, NULL, NULL, 'admin', '{{}}', NULL),
    ('{EMPRESA}', 2, 'ticket_atribuido', 0, '{TICKET}', '{FILA}', '{ATENDENTE}', NULL, NULL, NULL, 'sistema', '{{}}',
     NULL),
    ('{EMPRESA}', 3, 'nova_mensagem', 0, '{TICKET}', '{FILA}', '{ATENDENTE}', NULL, NULL, NULL, 'admin', '{{}}', NULL);
"""

CONTAR = """
DELETE FROM atendimento_contagens;
INSERT INTO atendimento_contagens
SELECT
    empresa_id,
    CASE GROUPING(fila_id, atendente_id, prioridade) WHEN 7 THEN 1 WHEN 3 THEN 2 WHEN 5 THEN 3 ELSE 4 END,
    coalesce(fila_id, nulo), coalesce(atendente_id, nulo), coalesce(canal_id, nulo), coalesce(prioridade, ''), status,
    count(*)
FROM atendimento_tickets, (VALUES ('00000000-0000-0000-0000-000000000000'::uuid)) n (nulo)
GROUP BY GROUPING SETS (
    (nulo, empresa_id, status),
    (nulo, empresa_id, fila_id, status),
    (nulo, empresa_id, atendente_id, status),
    (nulo, empresa_id, fila_id, atendente_id, canal_id, prioridade, status)
)
"""
"""What the engine counts as it writes tickets."""

UM_TICKET = """
INSERT INTO atendimento_tickets
SELECT empresa_id, gen_random_uuid(), 2, {status}, prioridade, contato_nome, NULL, NULL, NULL, fila_id, {dono}, NULL,
       {forcado}, 0, 0, 0, NULL, NULL, NULL
FROM atendimento_tickets;
UPDATE atendimento_leases SET numero = 2;
"""
SEGUNDO_DELA = UM_TICKET.format(status="'EM_ANDAMENTO'", dono="atendente_id", forcado="false")
SEGUNDO_FORCADO = UM_TICKET.format(status="'EM_ANDAMENTO'", dono="atendente_id", forcado="true")
BAIXOU_A_CAPACIDADE = f"""
INSERT INTO atendimento_eventos VALUES
    ('{EMPRESA}', 4, 'atendente_atualizado', 0, NULL, NULL, '{ATENDENTE}', NULL, NULL, NULL, 'admin', '{{}}',
     '{{"capacidade":[2,1]}}');
UPDATE atendimento_leases SET seq = 4;
"""
OUTRA_PADRAO = """
INSERT INTO atendimento_filas
SELECT empresa_id, gen_random_uuid(), 'Outra', NULL, estrategia, true, ao_ficar_offline, 5, true, 0, 0, NULL
FROM atendimento_filas
"""
ANA_ESTA_LIVRE = """
UPDATE atendimento_atendentes SET online = true, estado = 'disponivel', atualizado_em = 0;
UPDATE atendimento_tickets SET atualizado_em = 0
"""


async def diagnosticar(dsn: str, estrago: str) -> dict[str, list[Violacao]]:
    """The broken invariants of a small database to which something was done."""
    await storage.migrar(dsn)
    await executar_sql(dsn, SEMENTE)
    await executar_sql(dsn, estrago)
    await executar_sql(dsn, CONTAR)
    async with Diagnostico(dsn) as banco:
        achados = {invariante.nome: await banco.violacoes(invariante) for invariante in INVARIANTES}
    return {nome: violacoes for nome, violacoes in achados.items() if violacoes}


@pytest.mark.parametrize("estrago", ["SELECT 1", SEGUNDO_FORCADO, SEGUNDO_DELA + BAIXOU_A_CAPACIDADE],
                         ids=["nothing", "forced", "capacity-lowered"])  # fmt: skip
def test_data_that_keeps_every_rule_breaks_no_invariant(novo_banco: Callable[[], str], estrago: str) -> None:
    assert asyncio.run(diagnosticar(novo_banco(), estrago)) == {}


@pytest.mark.parametrize(
    ("estrago", "invariante"),
    [
        ("UPDATE atendimento_leases SET numero = 2", "numero"),
        ("UPDATE atendimento_tickets SET numero = 2", "numero"),
        ("DELETE FROM atendimento_eventos WHERE seq = 2", "seq"),
        ("DELETE FROM atendimento_eventos WHERE seq = 3", "seq"),
        ("UPDATE atendimento_tickets SET status = 'ABERTO'", "dono"),
        ("UPDATE atendimento_tickets SET atendente_id = NULL", "dono"),
        (SEGUNDO_DELA, "capacidade"),
        ("DELETE FROM atendimento_tickets; UPDATE atendimento_leases SET numero = 0", "mensagens"),
        ("DELETE FROM atendimento_filas", "referencias"),
        ("DELETE FROM atendimento_atendentes", "referencias"),
        ("DELETE FROM atendimento_leases", "posse"),
        (OUTRA_PADRAO, "fila padrão"),
    ],
)
def test_each_way_to_break_the_data_is_seen(novo_banco: Callable[[], str], estrago: str, invariante: str) -> None:
    achados = asyncio.run(diagnosticar(novo_banco(), estrago))
    assert list(achados) == [invariante]
    assert achados[invariante][0].empresa_id == EMPRESA


def test_a_ticket_left_beside_a_free_agent_of_an_active_empresa_is_seen(novo_servidor: NovoServidor) -> None:
    """The server holds the lease; the database is changed behind its back."""
    servidor = novo_servidor()
    admin = servidor.nova_empresa()
    criado = httpx2.post(
        f"{servidor.url}/atendimento/tickets",
        headers=admin.cabecalhos,
        json={"contato_nome": "João", "contato_telefone": "5511999998888"},
    ).json()
    httpx2.post(
        f"{servidor.url}/atendimento/atendentes",
        headers=admin.cabecalhos,
        json={"nome": "Ana", "email": "ana@exemplo.com"},
    ).raise_for_status()
    assert servidor.dsn is not None
    asyncio.run(executar_sql(servidor.dsn, ANA_ESTA_LIVRE))
    feito = doctor(servidor)
    assert feito.returncode == 1
    do_banco, ao_vivo = sorted(erradas(feito), key=lambda linha: "ao vivo" in linha)
    assert f"ticket {criado['numero']} espera na fila Geral e Ana está livre" in do_banco
    assert f"empresa {admin.empresa_id}: O ticket {criado['numero']} não é no banco o que é na memória" in ao_vivo


@pytest.mark.parametrize(("atras_s", "vista"), [(60, True), (1, False), (-60, False)])
def test_a_grace_period_that_does_not_end_is_seen(novo_servidor: NovoServidor, atras_s: int, vista: bool) -> None:
    """The server holds the lease, and knows nothing of the deadline that is written behind its back."""
    servidor = novo_servidor()
    admin = servidor.nova_empresa()
    httpx2.post(
        f"{servidor.url}/atendimento/atendentes",
        headers=admin.cabecalhos,
        json={"nome": "Ana", "email": "ana@exemplo.com"},
    ).raise_for_status()
    assert servidor.dsn is not None
    prazo = f"extract(epoch FROM now())::bigint * 1000 - {atras_s * 1000}"
    asyncio.run(executar_sql(servidor.dsn, f"UPDATE atendimento_atendentes SET online = true, offline_em = {prazo}"))
    feito = doctor(servidor)
    assert feito.returncode == (1 if vista else 0)
    assert ("Ana devia ter ficado offline há" in feito.stdout) == vista


def test_a_healthy_installation_is_all_right_and_exits_0(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    admin = servidor.nova_empresa()
    for _ in range(3):
        httpx2.post(
            f"{servidor.url}/atendimento/tickets",
            headers=admin.cabecalhos,
            json={"contato_nome": "João", "contato_telefone": "5511999998888"},
        ).raise_for_status()
    feito = doctor(servidor)
    assert feito.returncode == 0, feito.stdout
    assert "✗" not in feito.stdout
    ditos = [linha.split()[1] for linha in feito.stdout.splitlines() if linha.startswith("✓")]
    assert ditos[:5] == ["ajustes", "chave", "pasta", "disco", "descritores"]
    assert ditos[-len(INVARIANTES) :] == [invariante.nome.split()[0] for invariante in INVARIANTES]
    assert {"anexos", "servidor", "banco", "relógio", "esquema", "dados", "empresas"} < set(ditos)
    assert "empresas: 1, tickets: 3" in feito.stdout
    assert f"python{' ' * 7}CPython {platform.python_version()}, " in feito.stdout
    assert f"ativas: {socket.gethostname()} com 1" in feito.stdout


def test_what_is_wrong_comes_with_what_to_do(
    novo_banco: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    servidor = Servidor(tmp_path_factory.mktemp("doctor"), novo_banco())
    feito = doctor(servidor)
    assert feito.returncode == 1
    errados = [linha for linha in feito.stdout.splitlines() if linha.startswith("✗")]
    assert ["inicie com: balcao run" in errados[0], "rode `balcao migrate`" in errados[1]] == [True, True]

    servidor.dsn = f"postgresql://127.0.0.1:{porta_livre()}/nada"
    assert "O banco não responde" in doctor(servidor, "--sem-servidor").stdout


def test_webhooks_that_are_of_no_canal_are_shown_and_are_no_fault(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    corpo = {"entry": [{"changes": [{"value": {"metadata": {"phone_number_id": "4242"}}}]}]}
    for _ in range(2):
        httpx2.post(f"{servidor.url}/webhooks/whatsapp", json=corpo).raise_for_status()
    feito = doctor(servidor)
    assert feito.returncode == 0, feito.stdout
    (linha,) = [linha for linha in feito.stdout.splitlines() if linha.split()[1:2] == ["webhooks"]]
    assert "2 não são de nenhum canal" in linha
    assert "4242" in feito.stdout


def test_the_server_that_is_running_is_asked_for_every_invariant_of_every_empresa(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    assert "✓ ao vivo      nenhuma empresa ativa a conferir" in doctor(servidor).stdout
    for admin in (servidor.nova_empresa(), servidor.nova_empresa()):
        corpo = {"contato_nome": "João", "contato_telefone": "5511999998888"}
        url = f"{servidor.url}/atendimento/tickets"
        httpx2.post(url, headers=admin.cabecalhos, json=corpo).raise_for_status()
    feito = doctor(servidor)
    assert feito.returncode == 0, feito.stdout
    linhas = [linha for linha in feito.stdout.splitlines() if "ao vivo" in linha]
    assert [linha.split()[:4] for linha in linhas] == [["✓", "ao", "vivo", str(n)] for n in range(1, 14)]
    assert linhas[0].endswith("Cada ticket tem um dono só, e o que se conta dele confere (2 conferidos)")
    assert "ao vivo" not in doctor(servidor, "--sem-servidor").stdout


def test_an_invariant_that_is_broken_in_the_running_server_says_whose_and_what_to_do(
    novo_servidor: NovoServidor,
) -> None:
    """Nothing in the database alone shows it: it is as an older row of the same ticket would be."""
    servidor = novo_servidor()
    admin = servidor.nova_empresa()
    corpo = {"contato_nome": "João", "contato_telefone": "5511999998888", "assunto": "Pão"}
    url = f"{servidor.url}/atendimento/tickets"
    httpx2.post(url, headers=admin.cabecalhos, json=corpo).raise_for_status()
    assert servidor.dsn is not None
    asyncio.run(executar_sql(servidor.dsn, "UPDATE atendimento_tickets SET assunto = 'Bolo'"))
    feito = doctor(servidor)
    assert feito.returncode == 1
    (linha,) = erradas(feito)
    assert linha.startswith("✗ ao vivo 7    quebrada: Nada do que foi confirmado se perde")
    assert f"empresa {admin.empresa_id}: O ticket 1 não é no banco o que é na memória: assunto" in linha
    assert "guarde o log do servidor e uma cópia do banco (pg_dump), reinicie o servidor e relate" in linha


def test_a_server_of_another_key_is_not_asked_twice_and_says_which_to_use(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    for admin in (servidor.nova_empresa(), servidor.nova_empresa()):
        httpx2.get(f"{servidor.url}/atendimento/ops/invariantes", headers=admin.cabecalhos).raise_for_status()
    servidor.ambiente["JWT_SECRET"] = "outro segredo de teste, também comprido"
    (linha,) = erradas(doctor(servidor))
    assert "o servidor não aceita os tokens desta JWT_SECRET — use aqui a mesma JWT_SECRET" in linha


def test_an_empresa_that_another_node_has_is_said_and_is_no_fault(novo_servidor: NovoServidor) -> None:
    """Its lease says that a living node holds it, which is not the one that is asked."""
    servidor = novo_servidor()
    admin = servidor.nova_empresa()
    httpx2.get(f"{servidor.url}/atendimento/ops/invariantes", headers=admin.cabecalhos).raise_for_status()
    outro = Servidor(servidor.pasta / "outro", servidor.dsn, {"BALCAO_DADOS": str(servidor.dados)})
    with outro:
        feito = doctor(outro)
    (linha,) = [linha for linha in feito.stdout.splitlines() if "ao vivo" in linha]
    assert linha.startswith("! ao vivo      1 empresa não pôde ser conferida: ")
    assert feito.returncode == 0, feito.stdout


def erradas(feito: subprocess.CompletedProcess[str]) -> list[str]:
    return [linha for linha in feito.stdout.splitlines() if linha.startswith("✗")]


def doctor(servidor: Servidor, *opcoes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "balcao", "doctor", *opcoes],
        check=False, capture_output=True, text=True, env=servidor.variaveis(), cwd=servidor.pasta,
    )  # fmt: skip


async def executar_sql(dsn: str, texto: str) -> None:
    con = await asyncpg.connect(dsn)
    try:
        await con.execute(texto)
    finally:
        await con.close()
