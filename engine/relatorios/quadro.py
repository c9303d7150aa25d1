"""The answer of a report: its lines, each with the numbers that its name promises. Durations are in seconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from engine.relatorios import medidas as m
from engine.relatorios.consulta import Nome
from engine.relatorios.histograma import CLASSES, percentil
from engine.relatorios.somas import Medidas, classes_de


class Tempo(Struct, frozen=True, gc=False, rename="camel"):
    """A duration that was measured ``quantos`` times. The mean is exact, percentiles are off by 9 % at most; null:
    there is nothing to say.
    """

    quantos: int
    media_segundos: float | None
    p50_segundos: float | None
    p90_segundos: float | None
    p99_segundos: float | None


class Volume(Struct, frozen=True, gc=False, rename="camel"):
    """How much there was. ``encerrados`` = ``resolvidos`` + ``abandonados``."""

    criados: int
    criados_pelo_contato: int
    criados_por_pessoa: int
    criados_pelo_sistema: int
    mensagens_recebidas: int
    mensagens_enviadas: int
    mensagens_sem_pessoa: int
    assumidos: int
    encerrados: int
    resolvidos: int
    abandonados: int
    taxa_de_abandono: float | None
    reabertos: int
    transferidos_de: int
    transferidos_para: int
    devolvidos: int


class Tempos(Struct, frozen=True, gc=False, rename="camel"):
    """How long people waited, and how long it took."""

    espera: Tempo
    primeira_resposta: Tempo
    proxima_resposta: Tempo
    resposta_do_atendente: Tempo
    resolucao: Tempo
    abandono: Tempo


class NosStatus(Struct, frozen=True, gc=False, rename="camel"):
    """How long tickets were in each status: a stretch ends when status, fila or owner change."""

    aberto: Tempo
    em_andamento: Tempo
    pendente: Tempo
    resolvido: Tempo


class Meta(Struct, frozen=True, gc=False, rename="camel"):
    """Targets that have ended. ``cumprimento``: the share that was met, 0 to 1."""

    cumpridos: int
    violados: int
    cumprimento: float | None


class Sla(Struct, frozen=True, gc=False, rename="camel"):
    """What was promised and held, by target."""

    primeira_resposta: Meta
    proxima_resposta: Meta
    resolucao: Meta


class Agentes(Struct, frozen=True, gc=False, rename="camel"):
    """The time of agents. ``vagasSegundos``: slots × time while disponivel, ``ocupadasSegundos``: tickets × the same
    time; ``ocupacao`` is the one by the other. ``estadosSegundos``: online in each estado.
    """

    online_segundos: float
    vagas_segundos: float
    ocupadas_segundos: float
    ocupacao: float | None
    estados_segundos: dict[str, float]
    assumidos: int
    encerrados: int
    mensagens_enviadas: int


class Csat(Struct, frozen=True, gc=False, rename="camel"):
    """Surveys that were answered. ``satisfacao``: the share of 4 and 5. ``nps``: promoters (9 and 10) less detractors
    (0 to 6), -100 to 100.
    """

    respostas: int
    media: float | None
    satisfacao: float | None
    notas: dict[str, int]
    nps_respostas: int
    promotores: int
    neutros: int
    detratores: int
    nps: float | None


Valores = Volume | Tempos | NosStatus | Sla | Agentes | Csat


def valores(nome: Nome, medidas: Medidas, estados: Mapping[str, int]) -> Valores:
    """The numbers of a line. ``estados``: time in each, in ms."""
    return _agentes(medidas, estados) if nome == "agentes" else _DE[nome](medidas)


def _volume(de: Medidas) -> Volume:
    quantos = [de.get(qual, 0) for qual in _CONTADOS]
    contato, pessoa, sistema, recebidas, enviadas, sem_pessoa, assumidos, encerrados = quantos[:8]
    abandonados = _tempo(de, m.ABANDONO).quantos
    return Volume(
        contato + pessoa + sistema, contato, pessoa, sistema, recebidas, enviadas, sem_pessoa, assumidos, encerrados,
        encerrados - abandonados, abandonados, _parte(abandonados, encerrados), *quantos[8:],
    )  # fmt: skip


_CONTADOS: Final = (
    m.CRIADOS_PELO_CONTATO, m.CRIADOS_POR_PESSOA, m.CRIADOS_PELO_SISTEMA, m.RECEBIDAS, m.ENVIADAS,
    m.ENVIADAS_SEM_PESSOA, m.ASSUMIDOS, m.ENCERRADOS, m.REABERTOS, m.TRANSFERIDOS_DE, m.TRANSFERIDOS_PARA, m.DEVOLVIDOS,
)  # fmt: skip


def _tempos(de: Medidas) -> Tempos:
    quais = (m.ESPERA, m.PRIMEIRA_RESPOSTA, m.PROXIMA_RESPOSTA, m.RESPOSTA_DO_ATENDENTE, m.RESOLUCAO, m.ABANDONO)
    return Tempos(*(_tempo(de, qual) for qual in quais))


def _status(de: Medidas) -> NosStatus:
    return NosStatus(*(_tempo(de, qual) for qual in m.NO_STATUS.values()))


def _sla(de: Medidas) -> Sla:
    def meta(qual: str) -> Meta:
        cumpridos, violados = (de.get(m.SLA[qual, fim], 0) for fim in ("cumprido", "violado"))
        return Meta(cumpridos, violados, _parte(cumpridos, cumpridos + violados))

    return Sla(*(meta(qual) for qual in m.METAS))


def _agentes(de: Medidas, estados: Mapping[str, int]) -> Agentes:
    online, vagas, ocupadas = (de.get(qual, 0) for qual in (m.ONLINE, m.VAGAS, m.OCUPADAS))
    return Agentes(
        online / 1000,
        vagas / 1000,
        ocupadas / 1000,
        _parte(ocupadas, vagas),
        {estado: ms / 1000 for estado, ms in sorted(estados.items())},
        *(de.get(qual, 0) for qual in (m.ASSUMIDOS, m.ENCERRADOS, m.ENVIADAS)),
    )


def _csat(de: Medidas) -> Csat:
    notas = {nota: de.get(m.codigo_da_nota("csat", nota) or 0, 0) for nota in m.NOTAS["csat"]}
    nps = [de.get(m.codigo_da_nota("nps", nota) or 0, 0) for nota in m.NOTAS["nps"]]
    respostas, do_nps = sum(notas.values()), sum(nps)
    promotores, detratores = sum(nps[9:]), sum(nps[:7])
    return Csat(
        respostas,
        _parte(sum(nota * quantas for nota, quantas in notas.items()), respostas),
        _parte(notas[4] + notas[5], respostas),
        {str(nota): quantas for nota, quantas in notas.items()},
        do_nps,
        promotores,
        do_nps - promotores - detratores,
        detratores,
        _parte(100 * (promotores - detratores), do_nps),
    )


_DE: Final[Mapping[Nome, Callable[[Medidas], Valores]]] = {
    "volume": _volume, "tempos": _tempos, "status": _status, "sla": _sla, "csat": _csat,
}  # fmt: skip


def _tempo(de: Medidas, qual: m.Duracao) -> Tempo:
    classes = classes_de(de, qual.base, CLASSES)
    quantos = sum(classes.values())
    if not quantos:
        return Tempo(0, None, None, None, None)
    partes = (percentil(classes, parte) for parte in (0.5, 0.9, 0.99))
    segundos = (None if ms is None else round(ms / 1000, 3) for ms in partes)
    return Tempo(quantos, round(de.get(qual.base, 0) / quantos / 1000, 3), *segundos)


def _parte(quantos: float, de: float) -> float | None:
    return round(quantos / de, 6) if de else None
