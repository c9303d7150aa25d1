"""What is drawn of which report: panels of a few measures each, over the lines of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from engine.relatorios.folha import achatado
from engine.relatorios.leitura import Relatorio
from engine.relatorios.periodo import rotulos
from engine.relatorios.quadro import Valores
from engine.relatorios.somas import hora_de
from engine.tempo import ms_de

SERIES_NO_MAXIMO: Final = 8
BARRAS_NO_MAXIMO: Final = 25
PONTOS_NO_MAXIMO: Final = 2_000

_TITULOS: Final = {
    "volume": "Volume de atendimento",
    "tempos": "Tempos de espera e de atendimento",
    "status": "Tempo dos tickets em cada status",
    "sla": "Cumprimento do SLA",
    "agentes": "Tempo dos atendentes",
    "csat": "Satisfação dos contatos",
}
_POR: Final = {
    "total": "", "fila": "por fila", "equipe": "por equipe", "atendente": "por atendente", "canal": "por canal",
    "etiqueta": "por etiqueta", "hora": "por hora do dia", "diaDaSemana": "por dia da semana",
}  # fmt: skip
_HORIZONTAIS: Final = {
    "hora": "hora", "dia": "dia", "semana": "semana, pela segunda-feira", "mes": "mês", "total": "", "fila": "fila",
    "equipe": "equipe", "atendente": "atendente", "canal": "canal", "etiqueta": "etiqueta",
    "diaDaSemana": "dia da semana", "hora do dia": "hora do dia",
}  # fmt: skip
_DIAS: Final = ("seg", "ter", "qua", "qui", "sex", "sáb", "dom")


class Lida(Struct, frozen=True):
    """A line of a report: its numbers by name (:func:`~engine.relatorios.folha.achatado`)."""

    periodo: str | None
    nome: str
    numeros: Mapping[str, float]


class Lido(Struct, frozen=True):
    """A report to be drawn. ``periodos`` are all parts of its time, in order; () if it is not divided. ``horizontal``:
    what stands on that axis.
    """

    nome: str
    titulo: str
    legenda: str
    horizontal: str
    periodos: Sequence[str]
    linhas: Sequence[Lida]


class Medida(Struct, frozen=True):
    """A measure by its name, as it is called in the picture. ``vezes``: what it is multiplied by to be shown."""

    campo: str
    nome: str
    vezes: float = 1


class Painel(Struct, frozen=True):
    titulo: str
    eixo: str
    medidas: Sequence[Medida]


def _tempo(titulo: str, campo: str) -> Painel:
    partes = (("media", "média"), ("p50", "p50"), ("p90", "p90"))
    return Painel(titulo, "minutos", [Medida(f"{campo}_{parte}Segundos", nome, 1 / 60) for parte, nome in partes])


PAINEIS: Final[Mapping[str, Sequence[Painel]]] = {
    "volume": (
        Painel("Tickets", "tickets", [
            Medida("criados", "criados"), Medida("resolvidos", "resolvidos"), Medida("abandonados", "abandonados"),
        ]),
        Painel("Mensagens", "mensagens", [
            Medida("mensagensRecebidas", "recebidas"), Medida("mensagensEnviadas", "enviadas"),
        ]),
        Painel("Reabertos, transferidos, devolvidos", "tickets", [
            Medida("reabertos", "reabertos"), Medida("transferidosPara", "transferidos"),
            Medida("devolvidos", "devolvidos"),
        ]),
    ),
    "tempos": (
        _tempo("Espera na fila", "espera"), _tempo("Primeira resposta", "primeiraResposta"),
        _tempo("Próximas respostas", "proximaResposta"), _tempo("Resolução", "resolucao"),
    ),
    "status": (
        _tempo("ABERTO", "aberto"), _tempo("EM_ANDAMENTO", "emAndamento"), _tempo("PENDENTE", "pendente"),
        _tempo("RESOLVIDO", "resolvido"),
    ),
    "sla": (
        Painel("Metas cumpridas", "%", [
            Medida("primeiraResposta_cumprimento", "primeira resposta", 100),
            Medida("proximaResposta_cumprimento", "próximas respostas", 100),
            Medida("resolucao_cumprimento", "resolução", 100),
        ]),
        Painel("Metas violadas", "metas", [
            Medida("primeiraResposta_violados", "primeira resposta"),
            Medida("proximaResposta_violados", "próximas respostas"), Medida("resolucao_violados", "resolução"),
        ]),
    ),
    "agentes": (
        Painel("Ocupação das vagas", "%", [Medida("ocupacao", "ocupação", 100)]),
        Painel("Tempo online", "horas", [Medida("onlineSegundos", "online", 1 / 3600)]),
        Painel("Tickets", "tickets", [Medida("assumidos", "assumidos"), Medida("encerrados", "encerrados")]),
    ),
    "csat": (
        Painel("Nota média (1 a 5)", "nota", [Medida("media", "média")]),
        Painel("Respostas", "respostas", [Medida("respostas", "CSAT"), Medida("npsRespostas", "NPS")]),
        Painel("NPS", "pontos", [Medida("nps", "NPS")]),
    ),
}  # fmt: skip


class _Linha(Struct, rename="camel"):
    periodo: str | None
    id: str | None
    nome: str | None
    valores: dict[str, Any]


class _Relatorio(Struct, rename="camel"):
    relatorio: str
    de: str
    ate: str
    fuso: str
    por: str
    intervalo: str
    linhas: list[_Linha]


_ler = msgspec.json.Decoder(_Relatorio).decode


def ler(relatorio: bytes | Relatorio[Valores]) -> Lido:
    """A report, which may come as JSON."""
    texto = relatorio if isinstance(relatorio, bytes) else msgspec.json.encode(relatorio)
    dele = _ler(texto)
    fuso = ZoneInfo(dele.fuso)
    horas = range(hora_de(ms_de(dele.de)), hora_de(ms_de(dele.ate)))
    periodos = []
    if dele.intervalo in {"hora", "dia", "semana", "mes"}:
        intervalo: Any = dele.intervalo
        periodos = [um for um in rotulos(horas, fuso, intervalo) if um is not None][:PONTOS_NO_MAXIMO]
    return Lido(
        dele.relatorio,
        f"{_TITULOS[dele.relatorio]} {_POR[dele.por]}".strip(),
        f"{_dia(dele.de, fuso)} a {_dia(dele.ate, fuso)} ({dele.fuso})",
        _HORIZONTAIS[dele.intervalo if periodos else "hora do dia" if dele.por == "hora" else dele.por],
        periodos,
        [Lida(uma.periodo, _nome(dele.por, uma), _numeros(uma.valores)) for uma in dele.linhas],
    )


def na_unidade(painel: Painel, linhas: Sequence[Lida]) -> Painel:
    """In seconds, minutes or hours, as is read best."""
    if painel.eixo != "minutos":
        return painel
    maior = max((uma.numeros.get(um.campo, 0) * um.vezes for uma in linhas for um in painel.medidas), default=0)
    eixo, vezes = ("horas", 1 / 60) if maior > 180 else ("segundos", 60) if maior < 3 else ("minutos", 1)
    return replace(painel, eixo=eixo, medidas=[replace(um, vezes=um.vezes * vezes) for um in painel.medidas])


def _numeros(valores: Mapping[str, Any]) -> dict[str, float]:
    return {campo: float(valor) for campo, valor in achatado(valores).items() if isinstance(valor, int | float)}


def _nome(por: str, linha: _Linha) -> str:
    if por == "diaDaSemana" and linha.id is not None:
        return _DIAS[int(linha.id) - 1]
    if por == "hora" and linha.id is not None:
        return f"{linha.id} h"
    return linha.nome or ("todos" if por == "total" else "(sem)" if linha.id is None else linha.id[:8])


def _dia(instante: str, fuso: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(instante).astimezone(fuso):%d/%m/%Y %H:%M}"
