"""A thousand clients resume from anywhere in the log while writes go on: each gets its rest, once and in order."""

from __future__ import annotations

import random
from itertools import count

import trio

from tests.servidor import NovoServidor, Usuario
from tests.sistema.banco import consultar, dsn_de, violacoes
from tests.sistema.cliente import Http, ate, fio, http
from tests.sistema.receptor import Receptor

SUPERVISORES = 800
ATENDENTES = 200
TICKETS = 16
ANTES = 300
"""Events there are before anybody resumes, at least."""
FIM = b"o fim de tudo"
DO_ATENDENTE = """
SELECT seq FROM atendimento_eventos
WHERE empresa_id = $1 AND (ticket_id IS NULL OR fila_id = $2 OR atendente_id = $3) ORDER BY seq
"""


async def test_a_thousand_resumes_beside_writes_are_each_exactly_the_log(novo_servidor: NovoServidor) -> None:
    servidor = await trio.to_thread.run_sync(novo_servidor)
    admin = servidor.nova_empresa()
    ana = servidor.usuario(admin.empresa_id, "atendente")
    async with http(servidor, admin) as adm, trio.open_nursery() as bercario:
        minha, tickets = await montar(adm, ana)
        for n in range(ANTES):
            await escrever(adm, tickets, n)
        agora = (await consultar(dsn_de(servidor), "SELECT max(seq) FROM atendimento_eventos"))[0]
        receptores = [
            Receptor(servidor, quem, random.randint(0, agora), tickets if quem is admin else ())
            for quem in [admin] * SUPERVISORES + [ana] * ATENDENTES
        ]
        random.shuffle(receptores)
        ao_entrar = trio.CapacityLimiter(50)
        for receptor in receptores:
            bercario.start_soon(receptor.seguir_ate, FIM, ao_entrar)
        for n in count():
            if all(receptor.retomados for receptor in receptores):
                break
            await escrever(adm, tickets, n)
        await adm.ticket(FIM.decode(), minha)

    log = await consultar(dsn_de(servidor), "SELECT seq FROM atendimento_eventos ORDER BY seq")
    assert log == list(range(1, len(log) + 1))
    de_ana = await consultar(dsn_de(servidor), DO_ATENDENTE, admin.empresa_id, minha, ana.id)
    assert ANTES / 4 < len(de_ana) < len(log)
    for receptor in receptores:
        desde, devidos = receptor.inicio or 0, log if receptor.quem is admin else de_ana
        assert receptor.seqs == [seq for seq in devidos if seq > desde]
        assert set(receptor.avisos) <= {"fila_posicao"}


async def test_who_was_away_for_longer_than_events_are_kept_is_told_to_load_anew(novo_servidor: NovoServidor) -> None:
    servidor = await trio.to_thread.run_sync(novo_servidor, {"EVENTOS_GUARDADOS": "1ms"})
    admin = servidor.nova_empresa()
    async with http(servidor, admin) as adm:
        ticket = await adm.ticket()
        await adm.post("/mensagens", {"ticketId": ticket, "conteudo": "Olá"})
        historico = await adm.tudo(f"/tickets/{ticket}/historico")
        assert len(historico) >= 2
    (fim,) = await consultar(dsn_de(servidor), "SELECT max(seq) FROM atendimento_eventos")
    await trio.to_thread.run_sync(servidor.reiniciar)  # it cleans up as it begins

    async def podado() -> bool:
        return not await consultar(dsn_de(servidor), "SELECT seq FROM atendimento_eventos")

    await ate(podado, 20)
    async with http(servidor, admin) as adm, fio(servidor, admin, desde=fim) as vista:
        assert await adm.tudo(f"/tickets/{ticket}/historico") == historico
        for desde in (0, fim - 1):
            async with fio(servidor, admin, desde) as tela:
                assert (await tela.evento("resync"))["data"] == {"seq": fim}
        await adm.ticket()
        await vista.evento("retomado")
        assert (await vista.evento("ticket_criado"))["seq"] > fim
    assert await violacoes(dsn_de(servidor)) == {}


async def montar(adm: Http, ana: Usuario) -> tuple[str, list[str]]:
    """A fila of Ana's and one that is not; half of the tickets in each, and one of those in the other is hers."""
    await adm.post("/atendentes", {"id": ana.id, "nome": "Ana", "email": "ana@exemplo.com"})
    filas = [await adm.post("/filas", {"nome": nome, "distribuicaoAutomatica": False}) for nome in ("Uma", "Outra")]
    minha, outra = (fila["id"] for fila in filas)
    await adm.post(f"/filas/{minha}/atendentes/{ana.id}")
    tickets = [await adm.ticket(fila_id=fila) for fila in (minha, outra) * (TICKETS // 2)]
    await adm.post(f"/filas/{outra}/atendentes/{ana.id}")
    await adm.patch(f"/tickets/{tickets[1]}/atribuir", {"atendenteId": ana.id, "forcar": True})
    (await adm.pedir("DELETE", f"/atendimento/filas/{outra}/atendentes/{ana.id}")).ok(204)
    return minha, tickets


async def escrever(adm: Http, tickets: list[str], n: int) -> None:
    ticket = tickets[n % len(tickets)]
    if n % 3:
        await adm.post("/mensagens", {"ticketId": ticket, "conteudo": f"mensagem {n}"})
    else:
        await adm.patch(f"/tickets/{ticket}", {"assunto": f"assunto {n}"})
