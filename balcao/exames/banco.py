"""The database, its clock, its schema, and the rules that hold in it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Final

from balcao.ajustes.campos import Ajustes
from balcao.erros import ErroDeUso
from balcao.exames import Exame, falha, segredos
from balcao.servidor.banco import dsn_de
from balcao.servidor.parada import ate_o_fim
from engine.errors import BalcaoError
from engine.tempo import iso
from storage.diagnostico import INVARIANTES, Apartados, Diagnostico, Invariante, Violacao, identidade
from storage.embutido import PostgresEmbutido

AoVivo = Callable[[list[str]], AsyncGenerator[Exame]]
"""Examines these empresas in the server that is at work on them."""
_EXEMPLOS: Final = 3
"""How many violations are shown; the rest are counted."""
_RELOGIO_S: Final = 2.0
"""Clocks that differ by less do no harm that anybody sees."""


async def examinar(
    ajustes: Ajustes, *, iniciar: bool, comparar: Callable[[str], Exame | None], ao_vivo: AoVivo | None
) -> AsyncGenerator[Exame]:
    """Everything about the database. ``iniciar``: start the embedded one if it is stopped, for as long as it takes.
    ``comparar`` is given what the database says of itself; ``ao_vivo`` the empresas that are active
    (None: there is no server to be asked).
    """
    try:
        async with dsn_no_ar(ajustes, iniciar=iniciar) as dsn:
            comparado = comparar(await identidade(dsn))
            if comparado is not None:
                yield comparado
            if comparado is not None and comparado.remedio is not None:
                ao_vivo = None  # whoever answers is at work on something else
            async with Diagnostico(dsn) as banco, aclosing(_de_dentro(ajustes, banco, ao_vivo)) as exames:
                async for exame in exames:
                    yield exame
    except (ErroDeUso, BalcaoError) as erro:
        yield falha("banco", erro)


@asynccontextmanager
async def dsn_no_ar(ajustes: Ajustes, *, iniciar: bool) -> AsyncIterator[str]:
    """The address of the database, which is found running, or else started if that was asked for."""
    if ajustes.dsn is not None:
        async with dsn_de(ajustes) as externo:
            yield externo
        return
    servidor = PostgresEmbutido(ajustes.dados)
    dsn = await ate_o_fim(servidor.no_ar)
    if dsn is not None:
        yield dsn
    elif not await ate_o_fim(servidor.existe):
        raise ErroDeUso(f"não há banco em {ajustes.dados.absolute()}", "inicie com: balcao run, ou aponte --dados")
    elif iniciar:
        async with dsn_de(ajustes) as dsn:
            yield dsn
    else:
        raise ErroDeUso(
            f"o PostgreSQL embutido em {ajustes.dados.absolute()} está parado",
            "inicie com: balcao run, ou ligue-o só para examinar: balcao doctor --iniciar",
        )


async def _de_dentro(ajustes: Ajustes, banco: Diagnostico, ao_vivo: AoVivo | None) -> AsyncGenerator[Exame]:
    onde = ajustes.banco
    if ajustes.dsn is None:
        onde = f"embutido em {(ajustes.dados.absolute() / 'pg').resolve()}"
    yield Exame("banco", f"PostgreSQL {await banco.versao()}, {onde}")
    yield _relogio(await banco.adiantado_s())
    try:
        await banco.esquema()
    except BalcaoError as erro:
        yield falha("esquema", erro)
        return
    yield Exame("esquema", "em dia")
    tamanho = await banco.tamanho()
    yield Exame(
        "dados",
        f"empresas: {tamanho.empresas}, tickets: {tamanho.tickets}, "
        f"mensagens: {tamanho.mensagens}, eventos: {tamanho.eventos}",
    )
    yield await _posses(banco)
    yield await segredos.examinar(ajustes, banco)
    yield _webhooks(await banco.apartados())
    if ao_vivo is not None:
        async with aclosing(ao_vivo(await banco.ativas())) as exames:
            async for exame in exames:
                yield exame
    for invariante in INVARIANTES:
        yield _invariante(invariante, await banco.violacoes(invariante))


def _relogio(adiantado_s: float) -> Exame:
    if abs(adiantado_s) < _RELOGIO_S:
        return Exame("relógio", "igual ao do PostgreSQL")
    como = "adiantado" if adiantado_s > 0 else "atrasado"
    return Exame(
        "relógio", f"o desta máquina está {abs(adiantado_s):.0f} s {como} em relação ao do PostgreSQL",
        "acerte os dois por NTP: prazos e validades de tokens dependem dele",
    )  # fmt: skip


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


def _webhooks(apartados: list[Apartados]) -> Exame:
    """What providers send us by mistake is no fault of ours: it is shown to whoever waits for it."""
    if not apartados:
        return Exame("webhooks", "nenhum chegou que não fosse de um canal")
    motivos = "; ".join(f"{um.motivo} ({um.quantos}, o último em {iso(um.em)})" for um in apartados[:_EXEMPLOS])
    mais = f"; e mais {len(apartados) - _EXEMPLOS} motivos" if len(apartados) > _EXEMPLOS else ""
    quantos = sum(um.quantos for um in apartados)
    o_que_fazer = "se espera por eles, confira phoneNumberId, wabaId e appSecret dos canais; todos: balcao apartados"
    return Exame("webhooks", f"{quantos} não são de nenhum canal: {motivos}{mais}; {o_que_fazer}", aviso=True)


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
