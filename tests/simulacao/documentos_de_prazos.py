"""Documents of SLA, of calendars, of silence and of notices by chance, of what there is in an empresa."""

from __future__ import annotations

from random import Random
from typing import Final, get_args

from engine.avisos.modelo import (
    DE_FORA,
    MEIOS,
    Destinatarios,
    Preferencias,
    RegraDeAviso,
    Resumo,
    Silencio,
    TipoDeAviso,
)
from engine.calendario.modelo import Calendario, Excecao, Feriado, Intervalos
from engine.documentos.especies import CALENDARIO, FERIADO, POLITICA_SLA, REGRA_DE_SILENCIO
from engine.modelo import Prioridade
from engine.politica.modelo import DiaDaSemana, Parte
from engine.silencio.modelo import RegraDeSilencio
from engine.sla.modelo import Escalonamento, PoliticaSla, Quando
from engine.tempo import iso
from tests.simulacao.elenco import Elenco

ETIQUETAS: Final = ("vip", "Queixa")
PRIORIDADES: Final[tuple[Prioridade, ...]] = get_args(Prioridade)
_DIAS: Final[tuple[DiaDaSemana, ...]] = ("seg", "ter", "qua", "qui", "sex", "sab", "dom")
_FUSOS: Final = ("America/Sao_Paulo", "America/Santiago", "Europe/Lisbon", "Asia/Kolkata")
_HORAS: Final[tuple[Intervalos, ...]] = (
    (("08:00", "12:00"), ("13:00", "18:00")),
    (("00:00", "24:00"),),
    (("22:00", "06:00"),),
    (("09:30", "09:31"), ("09:32", "10:00"), ("11:00", "23:59")),
)
_DIA: Final = 86_400_000


def um(r: Random, tipo: str, elenco: Elenco, *, curto: bool) -> Parte:
    """``curto``: nobody waits for days."""
    if tipo == POLITICA_SLA.tipo:
        return politica(r, elenco, curto=curto)
    if tipo == CALENDARIO.tipo:
        return calendario(r, elenco)
    if tipo == FERIADO.tipo:
        return feriado(r, elenco)
    return regra_de_silencio(r, elenco, curto=curto) if tipo == REGRA_DE_SILENCIO.tipo else regra_de_aviso(r, elenco)


def _alguns(r: Random, ids: list[str], chance: float) -> tuple[str, ...]:
    """One or two of the last, or none."""
    ultimos = ids[-6:]
    return tuple(r.sample(ultimos, min(len(ultimos), r.randint(1, 2)))) if r.random() < chance else ()


def politica(r: Random, elenco: Elenco, *, curto: bool) -> PoliticaSla:
    prazos = (5, 30, 60, 300, 1_800) if curto else (30, 600, 3_600, 4 * 3_600, 2 * 86_400)
    alvos = [r.choice(prazos) if r.random() < 0.6 else None for _ in range(3)]
    if alvos == [None, None, None]:
        alvos[r.randrange(3)] = r.choice(prazos)
    alertas = tuple(r.sample((1, 33, 50, 80, 99), r.choice((0, 1, 1, 2, 3))))
    calendarios = [row.id for row in elenco.documentos if row.tipo == CALENDARIO.tipo]
    return PoliticaSla(
        ordem=r.choice((1, 2, 100)),
        ativa=r.random() < 0.95,
        quando=_quando(r, elenco),
        primeira_resposta_segundos=alvos[0],
        proxima_resposta_segundos=alvos[1],
        resolucao_segundos=alvos[2],
        alertas_porcento=alertas,
        pausa_em_pendente=r.random() < 0.7,
        calendario=r.choice(calendarios) if calendarios and r.random() < 0.3 else None,
        escalonamentos=tuple(_escalonamento(r, elenco, alertas) for _ in range(r.choice((0, 0, 1, 1, 2)))),
    )


def _quando(r: Random, elenco: Elenco) -> Quando:
    if r.random() < 0.35:
        return Quando()
    return Quando(
        prioridades=tuple(r.sample(PRIORIDADES, 2)) if r.random() < 0.4 else (),
        canais=("whatsapp", "api") if r.random() < 0.1 else (),
        canal_ids=_alguns(r, elenco.canais, 0.1),
        filas=_alguns(r, elenco.filas, 0.3),
        equipes=_alguns(r, elenco.equipes, 0.2),
        etiquetas=(r.choice(("VIP", "queixa")),) if r.random() < 0.3 else (),
    )


def _escalonamento(r: Random, elenco: Elenco, alertas: tuple[int, ...]) -> Escalonamento:
    alerta = bool(alertas) and r.random() < 0.5
    um = Escalonamento(
        em="alerta" if alerta else "violado",
        alvo=r.choice((None, None, "primeiraResposta", "proximaResposta", "resolucao")),
        porcento=r.choice(alertas) if alerta and r.random() < 0.4 else None,
        elevar_prioridade=r.choice(("ALTA", "URGENTE")) if r.random() < 0.5 else None,
        fila=r.choice(elenco.filas[-4:]) if elenco.filas and r.random() < 0.4 else None,
        devolver=r.random() < 0.3,
        avisar=r.choice(((), (), ("dono",), ("supervisor", "admin"))),
        webhook=r.choice(elenco.ganchos[-3:]) if elenco.ganchos and r.random() < 0.4 else None,
    )
    para = None if um.devolver or not elenco.atendentes or r.random() < 0.5 else r.choice(elenco.atendentes[-6:])
    nada = um.elevar_prioridade is None and um.fila is None and not um.devolver and not um.avisar and um.webhook is None
    if nada and para is None:
        return Escalonamento(em=um.em, alvo=um.alvo, porcento=um.porcento, devolver=True)
    return Escalonamento(
        em=um.em, alvo=um.alvo, porcento=um.porcento, elevar_prioridade=um.elevar_prioridade, fila=um.fila,
        devolver=um.devolver, atendente=para, avisar=um.avisar, webhook=um.webhook,
    )  # fmt: skip


def calendario(r: Random, elenco: Elenco) -> Calendario:
    """Day and night, of some hours, or never open."""
    que = r.random()
    horas = r.choice(_HORAS)
    dias = {} if que < 0.3 else dict.fromkeys(_DIAS[: r.choice((1, 5, 7))], horas)
    dia = iso(elenco.agora + r.choice((0, 0, 1, 2)) * _DIA)[:10]
    return Calendario(
        fuso=r.choice(_FUSOS),
        sempre=que < 0.2,
        dias=dias,
        cidade=r.choice((None, "São Paulo")),
        feriados_oficiais=r.random() < 0.5,
        excecoes=(Excecao(dia, r.choice(((), (("00:00", "23:00"),)))),) if r.random() < 0.2 else (),
        empresa=r.random() < 0.4,
        equipes=_alguns(r, elenco.equipes, 0.2),
        filas=_alguns(r, elenco.filas, 0.3),
    )


def feriado(r: Random, elenco: Elenco) -> Feriado:
    dia = iso(elenco.agora + r.choice((0, 0, 1, 2)) * _DIA)[:10]
    return Feriado(data=dia, cidade=r.choice((None, "São Paulo")), intervalos=r.choice(((), (("08:00", "11:00"),))))


def regra_de_silencio(r: Random, elenco: Elenco, *, curto: bool) -> RegraDeSilencio:
    tempos = (60, 120, 600) if curto else (60, 3_600, 7_200, 86_400)
    avisa, encerra = r.random() < 0.6, r.random() < 0.7
    return RegraDeSilencio(
        ativa=r.random() < 0.95,
        canais=("whatsapp", "api") if r.random() < 0.1 else (),
        canal_ids=(),
        filas=_alguns(r, elenco.filas, 0.3),
        equipes=_alguns(r, elenco.equipes, 0.1),
        tempo=r.choice(("util", "corrido", "corrido")),
        aviso_apos_segundos=r.choice(tempos) if avisa else None,
        aviso_texto="Ainda está aí?" if avisa else None,
        encerrar_apos_segundos=r.choice(tempos) if encerra else None,
        status_final=r.choice(("RESOLVIDO", "FECHADO")),
        encerramento_texto="Até logo" if encerra and r.random() < 0.5 else None,
        devolver_apos_segundos=r.choice((None, None, 0, 60 if curto else 7_200)),
        janela_reabertura_segundos=r.choice((None, 0, 3_600)),
    )


def regra_de_aviso(r: Random, elenco: Elenco) -> RegraDeAviso:
    eventos: tuple[TipoDeAviso, ...] = ("sla_alerta", "sla_violado", "ticket_lembrete", "ticket_atribuido",
                                        "nova_mensagem", "ticket_criado")  # fmt: skip
    return RegraDeAviso(
        eventos=tuple(r.sample(eventos, 2)),
        para=Destinatarios(dono=r.random() < 0.6, papeis=("supervisor",), da_fila=r.random() < 0.3),
        por=tuple(r.sample(MEIOS, r.randint(1, 2))),
        filas=_alguns(r, elenco.filas, 0.2),
        janela_segundos=r.choice((0, 0, 60, 3_600)),
        urgente=r.random() < 0.2,
    )


def preferencias(r: Random) -> Preferencias:
    """With hours in which it is quiet, and digests."""
    return Preferencias(
        fuso=r.choice(_FUSOS),
        silencio=r.choice((None, Silencio(), Silencio("00:00", "23:00"))),
        resumo=r.choice((None, Resumo("hora", por=MEIOS), Resumo("dia", por=("app", *DE_FORA)))),
        desligados={"sla_alerta": ("app",)} if r.random() < 0.5 else {},
    )


def adiado_por(r: Random, *, curto: bool) -> int:
    """For how long something is put off (ms)."""
    return r.choice((1, 5_000, 61_000, 600_000) if curto else (5_000, 3_600_000, _DIA, 5 * _DIA))
