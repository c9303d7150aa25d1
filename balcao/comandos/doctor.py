"""``balcao doctor``: look at everything, say what is right and what to do about the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import click
import httpx2
from msgspec import Struct

from balcao import registro_log
from balcao.ajuda import Comando
from balcao.ajustes import Ajustes, carregar
from balcao.banco import dsn_de
from balcao.erros import AjustesInvalidos, ErroDeUso
from engine.errors import BalcaoError
from storage.diagnostico import INVARIANTES, Diagnostico, Invariante, Violacao

_PERGUNTAR_S: Final = 5.0
_EXEMPLOS: Final = 3
"""How many violations are shown; the rest are counted."""


class Exame(Struct, frozen=True):
    """One line of the report. ``remedio`` is None when all is well."""

    nome: str
    texto: str
    remedio: str | None = None


@click.command(
    "doctor",
    cls=Comando,
    short_help="Examina a instalação e diz o que fazer.",
    help="""Examina os ajustes, o banco, o esquema, quem atende cada empresa, o servidor e, no próprio banco, as regras
    que nunca podem ser quebradas: números e eventos sem buraco, um dono por ticket, ninguém acima da capacidade.

    Só lê; pode rodar com o servidor no ar. Termina com 1 se algo está errado.

    \b
    Exemplos:
      balcao doctor
      balcao doctor --sem-servidor""",
)
@click.option("--sem-servidor", is_flag=True, help="Não pergunta ao servidor se está pronto.")
def comando(sem_servidor: bool) -> int:
    """Print one line for each examination; exit 1 if one failed."""
    try:
        ajustes = carregar()
    except AjustesInvalidos as erro:
        for problema in erro.problemas:
            _mostrar(Exame("ajustes", problema.problema, problema.remedio))
        return 1
    registro_log.configurar(ajustes.log_level, producao=ajustes.producao)
    return asyncio.run(_relatar(ajustes, sem_servidor=sem_servidor))


async def _relatar(ajustes: Ajustes, *, sem_servidor: bool) -> int:
    erradas = 0
    async for exame in _examinar(ajustes, sem_servidor=sem_servidor):
        _mostrar(exame)
        erradas += exame.remedio is not None
    click.echo()
    click.echo("tudo certo" if not erradas else f"{erradas} {'problema' if erradas == 1 else 'problemas'}")
    return 1 if erradas else 0


def _mostrar(exame: Exame) -> None:
    certo = exame.remedio is None
    marca = click.style("✓", fg="green") if certo else click.style("✗", fg="red", bold=True)
    click.echo(f"{marca} {exame.nome:<11}  {exame.texto}" + ("" if certo else f" — {exame.remedio}"))


async def _examinar(ajustes: Ajustes, *, sem_servidor: bool) -> AsyncIterator[Exame]:
    yield Exame("ajustes", f"{ajustes.ambiente}, {ajustes.url}")
    for aviso in ajustes.avisos:
        yield Exame("ajustes", f"aviso: {aviso}")
    if not sem_servidor:
        yield await _servidor(ajustes)
    try:
        async with dsn_de(ajustes) as dsn, Diagnostico(dsn) as banco:
            async for exame in _banco(ajustes, banco):
                yield exame
    except ErroDeUso as erro:
        yield Exame("banco", erro.problema, erro.remedio)
    except BalcaoError as erro:
        yield _falha("banco", erro)


async def _servidor(ajustes: Ajustes) -> Exame:
    """Whether the server says that it is ready."""
    try:
        async with httpx2.AsyncClient(timeout=_PERGUNTAR_S) as cliente:
            resposta = await cliente.get(f"{ajustes.url}/saude/pronto")
    except httpx2.TransportError:
        return Exame("servidor", f"nada responde em {ajustes.url}", "inicie com: balcao run")
    if resposta.status_code == httpx2.codes.OK:
        return Exame("servidor", f"{ajustes.url} está pronto")
    if resposta.status_code == httpx2.codes.SERVICE_UNAVAILABLE:
        return Exame("servidor", f"{ajustes.url} ainda não está pronto", "veja abaixo o banco, e o log do servidor")
    return Exame("servidor", f"quem responde em {ajustes.url} não é o Balcão", "confira HOST e PORT")


async def _banco(ajustes: Ajustes, banco: Diagnostico) -> AsyncIterator[Exame]:
    onde = f"embutido em {ajustes.dados}" if ajustes.dsn is None else "externo"
    yield Exame("banco", f"PostgreSQL {await banco.versao()}, {onde}")
    try:
        await banco.esquema()
    except BalcaoError as erro:
        yield _falha("esquema", erro)
        return
    yield Exame("esquema", "em dia")
    tamanho = await banco.tamanho()
    yield Exame(
        "dados",
        f"empresas: {tamanho.empresas}, tickets: {tamanho.tickets}, "
        f"mensagens: {tamanho.mensagens}, eventos: {tamanho.eventos}",
    )
    yield await _posses(banco)
    for invariante in INVARIANTES:
        yield _invariante(invariante, await banco.violacoes(invariante))


async def _posses(banco: Diagnostico) -> Exame:
    """Which nodes hold empresas. A node that is gone is no problem: the next one that asks takes over."""
    posses = await banco.posses()
    if not posses:
        return Exame("empresas", "nenhuma ativa")
    partes = [f"{posse.no} com {posse.empresas}" for posse in posses if posse.vivo]
    sem_no = sum(posse.empresas for posse in posses if not posse.vivo)
    if sem_no:
        partes.append(f"{sem_no} de um nó que terminou: o próximo que as usar assume")
    return Exame("empresas", "ativas: " + "; ".join(partes))


def _invariante(invariante: Invariante, violacoes: list[Violacao]) -> Exame:
    if not violacoes:
        return Exame(invariante.nome, invariante.regra)
    exemplos = "; ".join(f"empresa {v.empresa_id}: {v.detalhe}" for v in violacoes[:_EXEMPLOS])
    mais = f" (e mais {len(violacoes) - _EXEMPLOS})" if len(violacoes) > _EXEMPLOS else ""
    return Exame(
        invariante.nome,
        f"quebrada: {exemplos}{mais}",
        "guarde uma cópia do banco (pg_dump) e relate: isto é um defeito do Balcão, ou uma escrita por fora dele",
    )


def _falha(nome: str, erro: BalcaoError) -> Exame:
    """The errors of the storage end in their remedy, after a semicolon."""
    problema, _, remedio = str(erro).rpartition("; ")
    return Exame(nome, problema, remedio) if problema else Exame(nome, remedio, "veja o log do PostgreSQL")
