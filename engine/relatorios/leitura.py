"""Putting a report together: the sums of its hours are read a page at a time, and added up by its lines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Final, Generic, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from engine.errors import Detalhe, Invalid
from engine.relatorios import jornada
from engine.relatorios.consulta import DE_ESTADOS, LINHAS_NO_MAXIMO, REPETEM, Consulta
from engine.relatorios.guarda import LeitorDeRelatorios, Marca, SomaDaHora
from engine.relatorios.medidas import NO_ESTADO
from engine.relatorios.periodo import no_meio, partes, rotulo
from engine.relatorios.quadro import Valores, valores
from engine.relatorios.somas import HORA_MS, NO_DIA, Corte, Medidas, Somas, inteiros, somar, somar_pacote
from engine.tempo import iso, iso_or_none

_PAGINA: Final = 2_000
_FATIA: Final = 200
"""Sums that are added up in one go: a millisecond or two."""

Onde = tuple[str | None, str]
"""A line: which part of the period, and who."""
V = TypeVar("V", bound=Valores)


class Linha(Struct, Generic[V], frozen=True, gc=False, rename="camel"):
    """``periodo``: which part of the time; ``id`` and ``nome``: of whom. Null: of all of it, of all, of nobody."""

    periodo: str | None
    id: str | None
    nome: str | None
    valores: V


class Relatorio(Struct, Generic[V], frozen=True, rename="camel"):
    """A report. ``de`` (from then on) and ``ate`` (before then) are whole hours. ``ateSeq``: up to which event it is
    counted, which happened at ``atualizadoEm``; null: nothing is counted yet. ``geral``: of everything together.
    """

    relatorio: str
    de: str
    ate: str
    fuso: str
    por: str
    intervalo: str
    ate_seq: int
    atualizado_em: str | None
    geral: V
    linhas: list[Linha[V]]


class _Grupos:
    """Sums by line."""

    def __init__(self, consulta: Consulta) -> None:
        self._consulta = consulta
        self._tempos: dict[int, tuple[str | None, str]] = {}
        self.por_quem = consulta.dimensao is not None
        self.medidas: dict[Onde, Medidas] = {}
        self.estados: dict[Onde, dict[str, int]] = {}
        self.total: Medidas = {}
        self.total_nos_estados: dict[str, int] = {}

    def onde(self, hora: int, quem: str) -> Onde:
        tempo = self._tempos.get(hora)
        if tempo is None:
            tempo = self._tempos[hora] = self._tempo(hora)
        return tempo[0], tempo[1] or quem

    def _tempo(self, hora: int) -> tuple[str | None, str]:
        consulta = self._consulta
        periodo = rotulo(hora, consulta.fuso, consulta.intervalo)
        if consulta.por == "hora":
            return periodo, f"{no_meio(hora, consulta.fuso).hour:02}"
        return periodo, str(no_meio(hora, consulta.fuso).isoweekday()) if consulta.por == "diaDaSemana" else ""

    def da_linha(self, onde: Onde) -> Medidas:
        medidas = self.medidas.get(onde)
        if medidas is None:
            if len(self.medidas) >= LINHAS_NO_MAXIMO:
                frase = f"o relatório passa de {LINHAS_NO_MAXIMO} linhas: aproxime de e ate, ou use um intervalo maior"
                raise Invalid("relatorio_grande", f"intervalo: {frase}", (Detalhe("intervalo", frase),))
            medidas = self.medidas[onde] = {}
        return medidas

    def no_estado(self, onde: Onde, estado: str, ms: int, *, no_total: bool) -> None:
        estados = self.estados.setdefault(onde, {})
        estados[estado] = estados.get(estado, 0) + ms
        if no_total:
            self.total_nos_estados[estado] = self.total_nos_estados.get(estado, 0) + ms


async def relatorio(
    leitor: LeitorDeRelatorios, empresa_id: str, consulta: Consulta, now: int
) -> Relatorio[Valores]:  # fmt: skip
    """Answer a report. Agents who are online are counted up to ``now`` (ms).

    Raises:
        Invalid: it cannot be answered so, or has too many lines.
        Unavailable: the database is away.
    """
    problemas = consulta.problemas()
    if problemas:
        frase = "; ".join(f"{um.campo}: {um.problema}" for um in problemas)
        raise Invalid("relatorio_invalido", frase, tuple(problemas))
    marca = await leitor.marca(empresa_id)
    grupos = _Grupos(consulta)
    correndo = await _correndo(leitor, empresa_id, consulta, now)
    repete = consulta.por in REPETEM and consulta.dimensao not in consulta.de_quem
    async for soma in _somas(leitor, empresa_id, consulta, consulta.corte):
        somar_pacote(grupos.da_linha(grupos.onde(soma.hora, consulta.quem(soma.chave))), soma.somas)
    _somar_correndo(grupos, consulta, correndo)
    if repete:
        await _total(leitor, empresa_id, consulta, grupos, correndo)
    else:
        for medidas in grupos.medidas.values():
            somar(grupos.total, medidas)
    if consulta.nome == "agentes":
        await _estados(leitor, empresa_id, consulta, grupos, correndo, repete=repete)
    return await _montar(leitor, empresa_id, consulta, grupos, marca)


async def _somas(
    leitor: LeitorDeRelatorios, empresa_id: str, consulta: Consulta, corte: Corte, chaves: list[str] | None = None
) -> AsyncIterator[SomaDaHora]:
    """Page after page; others have their turn in between."""
    chaves = consulta.chaves() if chaves is None else chaves
    for este, horas in _trechos(consulta, corte):
        async for soma in _paginas(leitor, empresa_id, este, horas, chaves):
            yield soma


def _trechos(consulta: Consulta, corte: Corte) -> Iterator[tuple[Corte, range]]:
    """What is to be read: of cuts of many keys whole days, where a day is not divided among lines."""
    if corte not in NO_DIA or consulta.intervalo in {"hora", "dia"} or consulta.por in {"hora", "diaDaSemana"}:
        yield corte, consulta.horas
        return
    for parte in partes(consulta.horas, consulta.fuso, consulta.intervalo):
        antes, dias, depois = inteiros(parte)
        yield from ((qual, horas) for qual, horas in ((corte, antes), (NO_DIA[corte], dias), (corte, depois)) if horas)


async def _paginas(
    leitor: LeitorDeRelatorios, empresa_id: str, corte: Corte, horas: range, chaves: list[str] | None
) -> AsyncIterator[SomaDaHora]:
    depois = (horas.start - 1, "")
    while True:
        pagina = await leitor.somas(empresa_id, corte, horas, chaves, depois, _PAGINA)
        for lugar, soma in enumerate(pagina):
            if lugar % _FATIA == _FATIA - 1:
                await asyncio.sleep(0)
            yield soma
        if len(pagina) < _PAGINA:
            return
        depois = (pagina[-1].hora, pagina[-1].chave)


async def _correndo(leitor: LeitorDeRelatorios, empresa_id: str, consulta: Consulta, now: int) -> Somas:
    """What agents who are online have done since they were counted last."""
    somas: Somas = {}
    ate = min(now, consulta.horas.stop * HORA_MS)
    if consulta.nome == "agentes":
        for id_, vivo in (await leitor.presentes(empresa_id)).items():
            jornada.correr(somas, id_, vivo, ate)
    return {lugar: medidas for lugar, medidas in somas.items() if lugar[2] in consulta.horas}


def _somar_correndo(grupos: _Grupos, consulta: Consulta, correndo: Somas) -> None:
    quais = consulta.chaves()
    for (corte, chave, hora), medidas in correndo.items():
        if corte == consulta.corte and (quais is None or chave in quais):
            somar(grupos.da_linha(grupos.onde(hora, consulta.quem(chave))), medidas)


async def _total(
    leitor: LeitorDeRelatorios, empresa_id: str, consulta: Consulta, grupos: _Grupos, correndo: Somas
) -> None:
    """Lines that have something in common do not add up: the total is read beside them."""
    do_total = replace(consulta, por="total")
    async for soma in _somas(leitor, empresa_id, do_total, Corte.TOTAL):
        somar_pacote(grupos.total, soma.somas)
    for (corte, _, _), medidas in correndo.items():
        if corte == Corte.TOTAL:
            somar(grupos.total, medidas)


async def _estados(
    leitor: LeitorDeRelatorios, empresa_id: str, consulta: Consulta, grupos: _Grupos, correndo: Somas, *, repete: bool
) -> None:
    """The time in each estado, by line."""
    corte = DE_ESTADOS[consulta.corte]
    quais = [f"{id_}/" for id_ in consulta.de_quem.values()] or None
    async for soma in _somas(leitor, empresa_id, consulta, corte, quais):
        medidas: Medidas = {}
        somar_pacote(medidas, soma.somas)
        _somar_estado(grupos, corte, soma.hora, soma.chave, medidas, no_total=not repete)
    for (este, chave, hora), medidas in correndo.items():
        if este == corte and (quais is None or f"{chave.partition('/')[0]}/" in quais):
            _somar_estado(grupos, corte, hora, chave, medidas, no_total=not repete)
    if repete:
        async for soma in _somas(leitor, empresa_id, replace(consulta, por="total"), Corte.ESTADO):
            medidas = {}
            somar_pacote(medidas, soma.somas)
            grupos.total_nos_estados[soma.chave] = grupos.total_nos_estados.get(soma.chave, 0) + medidas[NO_ESTADO]
        for (este, estado, _), medidas in correndo.items():
            if este == Corte.ESTADO:
                grupos.total_nos_estados[estado] = grupos.total_nos_estados.get(estado, 0) + medidas[NO_ESTADO]


def _somar_estado(
    grupos: _Grupos, corte: Corte, hora: int, chave: str, medidas: Mapping[int, int], *, no_total: bool
) -> None:
    com_quem = corte is not Corte.ESTADO
    quem, _, estado = chave.partition("/") if com_quem else ("", "", chave)
    grupos.no_estado(grupos.onde(hora, quem if grupos.por_quem else ""), estado, medidas[NO_ESTADO], no_total=no_total)


async def _montar(
    leitor: LeitorDeRelatorios, empresa_id: str, consulta: Consulta, grupos: _Grupos, marca: Marca
) -> Relatorio[Valores]:
    ids = {quem for _, quem in grupos.medidas if quem}
    com_nomes = consulta.dimensao not in {None, "etiqueta"}
    nomes = await leitor.nomes(empresa_id, ids) if com_nomes else {}
    linhas = [
        Linha(
            periodo,
            quem or None,
            nomes.get(quem) if com_nomes else quem or None,
            valores(consulta.nome, medidas, grupos.estados.get((periodo, quem), {})),
        )
        for (periodo, quem), medidas in grupos.medidas.items()
    ]
    linhas.sort(key=lambda uma: (uma.periodo or "", uma.nome or "￿", uma.id or "￿"))
    return Relatorio(
        consulta.nome,
        iso(consulta.horas.start * HORA_MS),
        iso(consulta.horas.stop * HORA_MS),
        _nome_do_fuso(consulta.fuso),
        consulta.por,
        consulta.intervalo,
        marca.ate,
        iso_or_none(marca.em or None),
        valores(consulta.nome, grupos.total, grupos.total_nos_estados),
        linhas,
    )


def _nome_do_fuso(fuso: ZoneInfo) -> str:
    return fuso.key
