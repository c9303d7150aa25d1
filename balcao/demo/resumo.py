"""What a run is checked for, against the server's own answers, and how it is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import trio
from msgspec import Struct
from rich.columns import Columns
from rich.console import Console
from rich.table import Table
from rich.text import Text

from balcao.demo.cliente import Cliente
from balcao.demo.estatistica import duracao, jain, percentis
from balcao.demo.modelo import CAPACIDADE, Conversa, Diario

_PAGINA: Final = 100
_DE_UMA_VEZ: Final = 8
_BARRA: Final = 10
_CELULA: Final = 26


class Conferencia(Struct, frozen=True):
    """One thing that must be true, and the first case where it is not."""

    regra: str
    falha: str | None = None


class Resumo(Struct, frozen=True):
    """What a run came to."""

    diario: Diario
    durou_s: float
    conferencias: list[Conferencia]

    @property
    def perfeito(self) -> bool:
        return all(conferencia.falha is None for conferencia in self.conferencias)


async def conferir(diario: Diario, admin: Cliente, *, terminou: bool) -> Resumo:
    """Ask the server for everything that it acknowledged."""
    durou = trio.current_time() - diario.comecou_em
    tickets = await _todos_os_tickets(admin)
    mensagens = await _todas_as_mensagens(diario, admin)
    enviadas = sum(len(conversa.confirmadas) for conversa in diario.conversas)
    return Resumo(
        diario,
        durou,
        [
            Conferencia(
                f"{len(diario.conversas)} contatos escreveram e todos foram atendidos",
                None if terminou else f"{diario.pendentes} ficaram sem fim",
            ),
            Conferencia(
                f"{enviadas} mensagens confirmadas, e o servidor tem todas, em ordem e sem repetição",
                next(falhas_de_mensagens(diario, mensagens), None),
            ),
            Conferencia("os números dos tickets vão de 1 ao último, sem buraco", falhas_de_numeros(diario, tickets)),
            Conferencia(
                "todo ticket resolvido está RESOLVIDO no servidor", next(falhas_de_status(diario, tickets), None)
            ),
            Conferencia(f"ninguém segurou mais que {CAPACIDADE} tickets", next(falhas_de_capacidade(diario), None)),
            *_conferir_canal(diario, mensagens),
        ],
    )


def _conferir_canal(diario: Diario, mensagens: dict[str, list[str]]) -> Iterator[Conferencia]:
    if diario.canal is not None:
        yield Conferencia(
            "toda resposta chegou ao contato pelo WhatsApp, em ordem", next(falhas_de_entrega(diario, mensagens), None)
        )


async def _todos_os_tickets(admin: Cliente) -> list[Any]:
    tickets: list[Any] = []
    pagina = 1
    while True:
        resposta = await admin.get("/atendimento/tickets", page=pagina, limit=_PAGINA)
        tickets += resposta["data"]
        if pagina >= resposta["totalPages"]:
            return tickets
        pagina += 1


async def _todas_as_mensagens(diario: Diario, admin: Cliente) -> dict[str, list[str]]:
    """The ids of each ticket's messages, oldest first."""
    achadas: dict[str, list[str]] = {}
    vagas = trio.CapacityLimiter(_DE_UMA_VEZ)

    async def buscar(ticket_id: str) -> None:
        async with vagas:
            resposta = await admin.get(f"/atendimento/tickets/{ticket_id}/mensagens", limit=_PAGINA)
        achadas[ticket_id] = [mensagem["id"] for mensagem in resposta["data"]]

    async with trio.open_nursery() as bercario:
        for ticket_id in diario.por_ticket:
            bercario.start_soon(buscar, ticket_id)
    return achadas


def falhas_de_mensagens(diario: Diario, mensagens: dict[str, list[str]]) -> Iterator[str]:
    for conversa in diario.conversas:
        gravadas = mensagens.get(conversa.ticket_id or "", [])
        if perdidas := set(conversa.confirmadas) - set(gravadas):
            yield f"ticket {conversa.numero}: {len(perdidas)} mensagens confirmadas não estão no servidor"
        elif sobras := set(gravadas) - set(conversa.confirmadas):
            yield f"ticket {conversa.numero}: {len(sobras)} mensagens repetidas no servidor"
        elif gravadas != conversa.confirmadas:
            yield f"ticket {conversa.numero}: as mensagens mudaram de ordem"


def falhas_de_entrega(diario: Diario, mensagens: dict[str, list[str]]) -> Iterator[str]:
    """By the provider's own book: of what stands in a ticket, what its contact was sent."""
    for conversa in diario.conversas:
        enviadas = [uma for uma in mensagens.get(conversa.ticket_id or "", []) if uma in {*conversa.chegadas}]
        if conversa.respostas < conversa.perguntas:
            yield f"ticket {conversa.numero}: {conversa.perguntas - conversa.respostas} respostas não chegaram"
        elif conversa.chegadas != enviadas:
            yield f"ticket {conversa.numero}: as respostas chegaram em outra ordem"


def falhas_de_numeros(diario: Diario, tickets: list[Any]) -> str | None:
    numeros = sorted(ticket["numero"] for ticket in tickets)
    if numeros != list(range(1, len(numeros) + 1)):
        return f"{len(numeros)} tickets e números de {numeros[0]} a {numeros[-1]}"
    if len(numeros) != len(diario.por_ticket):
        return f"{len(diario.por_ticket)} tickets criados e {len(numeros)} no servidor"
    return None


def falhas_de_status(diario: Diario, tickets: list[Any]) -> Iterator[str]:
    no_servidor = {ticket["id"]: ticket["status"] for ticket in tickets}
    for conversa in diario.conversas:
        status = no_servidor.get(conversa.ticket_id)
        if conversa.resolvida_em is not None and status != "RESOLVIDO":
            yield f"ticket {conversa.numero} está {status}"


def falhas_de_capacidade(diario: Diario) -> Iterator[str]:
    for atendente in diario.atendentes:
        if atendente.maximo > CAPACIDADE:
            yield f"{atendente.nome} segurou {atendente.maximo} de uma vez"


# -- telling it --------------------------------------------------------------------------------------------------------


def contar(resumo: Resumo, console: Console) -> None:
    """Print the summary."""
    diario = resumo.diario
    atendidos = [conversa for conversa in diario.conversas if conversa.resolvida_em is not None]
    console.print()
    console.print(
        f"[bold]{len(atendidos)} contatos atendidos[/] por {len(diario.atendentes)} atendentes "
        f"em {duracao(resumo.durou_s)}, {len(atendidos) / resumo.durou_s:.1f} por segundo".replace(".", ",")
    )
    console.print()
    console.print(_tempos(diario, atendidos))
    console.print()
    _contar_partilha(diario, console)
    if diario.quedas:
        console.print(f"[yellow]{diario.quedas} conexões caíram e voltaram[/], do ponto em que estavam")
    if diario.repetidas:
        console.print(f"[yellow]{diario.repetidas} respostas foram mandadas duas vezes[/]: não se sabia se tinham ido")
    console.print()
    for conferencia in resumo.conferencias:
        if conferencia.falha is None:
            console.print(f"[green]✓[/] {conferencia.regra}")
        else:
            console.print(f"[bold red]✗[/] {conferencia.regra}: [red]{conferencia.falha}[/]")
    console.print()
    if resumo.perfeito:
        console.print("[bold green]Nada se perdeu.[/]")
    else:
        console.print("[bold red]Algo se perdeu ou saiu errado: veja as linhas com ✗.[/]")


def _tempos(diario: Diario, atendidos: list[Conversa]) -> Table:
    medidas = diario.medidas
    tabela = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    tabela.add_column("")
    for nome in ("p50", "p95", "p99", "máximo"):
        tabela.add_column(nome, justify="right")
    conversas = [c.resolvida_em - c.atribuida_em for c in atendidos if c.resolvida_em and c.atribuida_em]
    linhas = (
        ("espera do contato, até um atendente receber", diario.esperas),
        ("conversa, até resolver", conversas),
        ("criar um ticket (POST)" if diario.canal is None else "do WhatsApp ao ticket, por webhook", medidas.criar),
        ("confirmar uma mensagem (ack, já em disco)", medidas.confirmar),
        (
            "entregar uma mensagem ao outro lado" if diario.canal is None else "da resposta ao WhatsApp",
            medidas.entregar,
        ),
    )
    for nome, valores in linhas:
        tabela.add_row(nome, *map(duracao, percentis(valores, 50, 95, 99, 100)))
    return tabela


def _contar_partilha(diario: Diario, console: Console) -> None:
    """Who attended how many; a bar each."""
    partes = [atendente.atendidos for atendente in diario.atendentes]
    igualdade = jain(partes)
    console.print(
        f"por atendente: de {min(partes)} a {max(partes)} contatos"
        + (f"; índice de Jain {igualdade:.3f} (1: todos iguais)".replace(".", ",") if igualdade else ""),
        soft_wrap=True,
    )
    maior = max(*partes, 1)
    celulas = [
        f"{atendente.nome:<10.10}{atendente.atendidos:>4} [cyan]{'▇' * round(_BARRA * atendente.atendidos / maior)}[/]"
        for atendente in diario.atendentes
    ]
    console.print(Columns([Text.from_markup(celula) for celula in celulas], width=_CELULA), soft_wrap=False)
