"""A run: set the empresa up, bring the agents online, let the contacts write, and check everything at the end."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

import httpx2
import trio
from msgspec import Struct

from balcao.demo.atendentes import Posto
from balcao.demo.cliente import Cliente, Recusado
from balcao.demo.contatos import Contatos
from balcao.demo.modelo import CAPACIDADE, FILAS, Atendente, Diario, Opcoes, Plano, nome_de_atendente, sortear_conversas
from balcao.demo.resumo import Resumo, conferir
from balcao.demo.whatsapp import ContatosDoWhatsApp
from balcao.erros import ErroDeUso
from engine.ids import UuidV7
from engine.modelo import Papel
from engine.tempo import SystemClock
from web.portaria.autenticacao import emitir

DEPOIS_S: Final = 120.0
"""How long the last contacts may still take once all have written."""
DESPEDIDA_S: Final = 5.0
"""How long it may take to leave the server without what only the run had."""
_VALIDADE_MS: Final = 24 * 3_600_000
_DE_UMA_VEZ: Final = 8

Vista = Callable[[Diario, str], None]
"""Shows how the run goes: ``(diario, fase)``. Called a few times a second."""


class Centro(Struct, frozen=True):
    """The empresa of a run, set up on the server."""

    diario: Diario
    filas: dict[str, str]
    """Id by name."""
    admin: Cliente
    opcoes: Opcoes
    plano: Plano
    sorte: Random


async def executar(opcoes: Opcoes, mostrar: Vista) -> Resumo:
    """The whole run.

    Raises:
        ErroDeUso: there is no server there, it does not accept our tokens, or it stayed away.
    """
    limites = httpx2.Limits(max_connections=64, max_keepalive_connections=64)
    async with httpx2.AsyncClient(base_url=opcoes.url, timeout=30, limits=limites) as http:
        await _conferir_servidor(http, opcoes)
        centro = await _montar(http, opcoes)
        diario = centro.diario
        async with trio.open_nursery() as bercario:
            bercario.start_soon(_mostrar_sempre, diario, mostrar)
            terminou = await _encenar(centro)
            mostrar(diario, "conferindo")
            resumo = await conferir(diario, centro.admin, terminou=terminou)
            bercario.cancel_scope.cancel()
    mostrar(diario, "fim")
    return resumo


async def _conferir_servidor(http: httpx2.AsyncClient, opcoes: Opcoes) -> None:
    try:
        resposta = await http.get("/saude")
    except httpx2.TransportError as erro:
        raise ErroDeUso(f"nada responde em {opcoes.url}", "inicie o servidor noutro terminal: balcao run") from erro
    if resposta.is_error:
        raise ErroDeUso(f"quem responde em {opcoes.url} não é o Balcão", "confira --url")


async def _montar(http: httpx2.AsyncClient, opcoes: Opcoes) -> Centro:
    """A fresh empresa with its filas and agents, so that runs do not mix."""
    sorte = Random(opcoes.semente)  # noqa: S311 - a play, not a secret
    ids = UuidV7(SystemClock())
    empresa_id = ids.novo()
    plano = Plano.de(opcoes)
    admin = Cliente(http, _token(opcoes, empresa_id, ids.novo(), "admin"))
    try:
        filas = {nome: await _criar_fila(admin, nome, estrategia) for nome, estrategia in FILAS}
    except Recusado as erro:
        if erro.status == httpx2.codes.UNAUTHORIZED:
            raise ErroDeUso(
                f"o servidor em {opcoes.url} não aceitou o token",
                "rode onde ele roda (mesma pasta BALCAO_DADOS), ou com o mesmo JWT_SECRET",
            ) from erro
        raise
    nomes = tuple(filas)
    atendentes = [
        Atendente(id=ids.novo(), nome=nome_de_atendente(i), filas=(nomes[i % len(nomes)], nomes[(i + 1) % len(nomes)]))
        for i in range(opcoes.atendentes)
    ]
    vagas = trio.CapacityLimiter(_DE_UMA_VEZ)
    async with trio.open_nursery() as bercario:
        for atendente in atendentes:
            bercario.start_soon(_criar_atendente, admin, atendente, filas, vagas)
    conversas = sortear_conversas(opcoes, sorte)
    diario = Diario(empresa_id, conversas, atendentes, trio.current_time(), canal=opcoes.canal)
    return Centro(diario, filas, admin, opcoes, plano, sorte)


async def _criar_fila(admin: Cliente, nome: str, estrategia: str) -> str:
    fila = await admin.post("/atendimento/filas", {"nome": nome, "estrategia": estrategia})
    return str(fila["id"])


async def _criar_atendente(
    admin: Cliente, atendente: Atendente, filas: dict[str, str], vagas: trio.CapacityLimiter
) -> None:
    async with vagas:
        await admin.post(
            "/atendimento/atendentes",
            {
                "id": atendente.id,
                "nome": atendente.nome,
                "email": f"{atendente.id}@demonstracao.exemplo",
                "capacidade": CAPACIDADE,
            },
        )
        for nome in atendente.filas:
            await admin.post(f"/atendimento/filas/{filas[nome]}/atendentes/{atendente.id}")


async def _encenar(centro: Centro) -> bool:
    """Agents in, contacts through, agents out. False if contacts were still unserved when patience ended."""
    diario = centro.diario
    como = ContatosDoWhatsApp if centro.opcoes.canal == "whatsapp" else Contatos
    contatos = como(centro.admin, diario, centro.plano, centro.filas, centro.sorte)
    async with trio.open_nursery() as ligacoes:
        try:
            await contatos.ligar(ligacoes)
            for atendente in diario.atendentes:
                token = _token(centro.opcoes, diario.empresa_id, atendente.id, "atendente")
                posto = Posto(atendente, centro.admin.como(token), diario, centro.plano, centro.sorte)
                await ligacoes.start(posto.trabalhar)
            diario.comecar()
            with trio.move_on_after(centro.opcoes.duracao_s + DEPOIS_S):
                await contatos.escrever()
        finally:
            with trio.move_on_after(DESPEDIDA_S, shield=True):  # also after Ctrl-C
                await contatos.despedir()
        ligacoes.cancel_scope.cancel()
    return diario.pendentes == 0


async def _mostrar_sempre(diario: Diario, mostrar: Vista) -> None:
    while True:
        diario.virar_segundo()
        mostrar(diario, "atendendo" if diario.comecou else "preparando")
        await trio.sleep(0.25)


def _token(opcoes: Opcoes, empresa_id: str, usuario_id: str, papel: Papel) -> str:
    email = f"{usuario_id}@demonstracao.exemplo"
    return emitir(opcoes.segredo, empresa_id, usuario_id, email, papel, _VALIDADE_MS, SystemClock().now())
