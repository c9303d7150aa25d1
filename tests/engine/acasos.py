"""Policies and all that goes into them, by chance: each with a few of the things that there are."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, Final, get_args

import msgspec
from msgspec import Struct

from engine.modelo import Estrategia, Pedida, Prioridade, Rota, TipoComContatos
from engine.participacao import Vias
from engine.politica.capacidade import Capacidade
from engine.politica.modelo import (
    Acao,
    Afinidade,
    Anel,
    Aquecimento,
    DiaDaSemana,
    EsperaMaxima,
    HabilidadeExigida,
    Horario,
    Limite,
    Oferta,
    Pesos,
    Politica,
    RegraDeHabilidades,
    Transbordo,
    ViaEquipe,
)

COMECO: Final = (4 * 24 + 8) * 3_600_000
"""A Monday, eight o'clock."""
ESTRATEGIAS: Final[tuple[Estrategia, ...]] = get_args(Estrategia)
PRIORIDADES: Final[tuple[Prioridade, ...]] = get_args(Prioridade)
HABILIDADES: Final = ("inglês", "Suporte", "vendas")
ETIQUETAS: Final = ("vip", "Queixa")


def um_id(de_que: str, numero: int) -> str:
    """One in which it can be seen of what it is."""
    return f"{de_que.encode().hex():0<8.8}-0000-0000-0000-{numero:012}"


EQUIPES: Final = (um_id("e", 1), um_id("e", 2))
CANAIS: Final[dict[str, TipoComContatos]] = {
    um_id("c", 1): "whatsapp",
    um_id("c", 2): "whatsapp",
    um_id("c", 3): "email",
    um_id("c", 4): "webchat",
}
SEGUNDOS: Final = (5, 10, 20, 30)
DIAS: Final[tuple[DiaDaSemana, ...]] = ("qui", "sex", "sab", "dom", "seg", "ter", "qua")
"""The first day of the epoch was a Thursday."""
_MINUTOS: Final = 24 * 60


class AoLado(Struct, frozen=True):
    """What a policy may name: the filas beside its own, agents, equipes and canais. ``desde``: its hours begin then."""

    filas: Sequence[str]
    pessoas: Sequence[str]
    equipes: Sequence[str] = EQUIPES
    canais: Sequence[str] = tuple(CANAIS)
    desde: int = COMECO


def sim(acaso: Random, em: int = 4) -> bool:
    """Once in so many times."""
    return acaso.randrange(em) == em - 1


def capacidade(acaso: Random) -> Capacidade:
    tipos = get_args(TipoComContatos)[:4]
    if sim(acaso, 2):
        return Capacidade()
    return Capacidade(
        custos={tipo: acaso.choice((0, 0.25, 0.5, 1, 2)) for tipo in tipos if sim(acaso, 2)},
        custo_pendente=acaso.choice((None, 0, 0.25, 1)),
        maximos={tipo: acaso.choice((0, 1, 1, 2)) for tipo in tipos if sim(acaso)},
        exclusoes=tuple(tuple(acaso.sample(tipos, 2)) for _ in range(acaso.randrange(3))),
        arremate_segundos=acaso.choice((0, 10)),
        minutos_sem_novos=acaso.choice((0, 1, 2)),
    )


def horario(acaso: Random, desde: int = COMECO) -> Horario:
    """Of a few minutes from then on."""
    dia, minuto = divmod(desde // 60_000, _MINUTOS)
    minuto = min(minuto, _MINUTOS - 16)  # all of it in one day
    if sim(acaso, 3):
        return Horario(fuso="UTC", dias={DIAS[dia % 7]: ((_hora(minuto), "24:00"),)})
    horas = [_hora(minuto + um) for um in sorted(acaso.sample(range(15), 4))]
    fim = horas[3] if sim(acaso, 3) else "24:00"
    return Horario(fuso="UTC", dias={DIAS[dia % 7]: ((horas[0], horas[1]), (horas[2], fim))})


def _hora(minuto: int) -> str:
    return f"{minuto // 60:02}:{minuto % 60:02}"


def turno(acaso: Random, desde: int = COMECO) -> str | None:
    return msgspec.json.encode(horario(acaso, desde)).decode() if sim(acaso, 5) else None


def niveis(acaso: Random) -> dict[str, Any]:
    """What an agent can do: for some of it, how well."""
    quais = tuple(nome for nome in HABILIDADES if not sim(acaso, 3))
    return {"habilidades": quais, "niveis": {nome: acaso.randint(1, 5) for nome in quais if sim(acaso, 2)}}


def rota(acaso: Random, pessoas: list[str]) -> Rota | None:
    if not sim(acaso, 2):
        return None
    return Rota(
        etiquetas=tuple(nome for nome in ETIQUETAS if sim(acaso)),
        idioma="es-MX" if sim(acaso) else None,
        habilidades=pedidas(acaso) if sim(acaso) else None,
        afim=acaso.choice(pessoas) if pessoas and sim(acaso, 2) else None,
        recusado_por=tuple(pessoa for pessoa in pessoas if sim(acaso, 5)),
    )


def pedidas(acaso: Random) -> tuple[Pedida, ...]:
    quais = acaso.sample(HABILIDADES, acaso.randrange(3))
    return tuple(Pedida(nome, acaso.choice((1, 2, 3, 5)), sim(acaso, 3)) for nome in quais)


def vias(acaso: Random) -> Vias:
    """By which an agent serves a fila."""
    return acaso.choice(((None,), (None,), (EQUIPES[0],), (EQUIPES[1],), (None, EQUIPES[0]), EQUIPES))


def politica(acaso: Random, ao_lado: AoLado) -> str:
    """The document of a fila, without the fields that are the fila's own."""
    campos: dict[str, Any] = {"evitar_quem_devolveu": not sim(acaso)}
    for de_que in (_modo, _modo, _ordem, _habilidades, _aneis, _equipes, _partes, _horas):
        if sim(acaso, 3):
            campos |= de_que(acaso, ao_lado)
    if ao_lado.filas and sim(acaso, 3):
        campos |= _para_onde(acaso, ao_lado.filas)
    if sim(acaso, 2):
        campos["afinidade"] = Afinidade(segundos=acaso.choice((0, *SEGUNDOS)))
    return msgspec.json.encode(Politica(**campos)).decode()


def _modo(acaso: Random, ao_lado: AoLado) -> dict[str, Any]:
    return {"modo": "oferta", "oferta": Oferta(paralelas=acaso.choice((1, 2, 3)))}


def _ordem(acaso: Random, ao_lado: AoLado) -> dict[str, Any]:
    """Points are such that sums of them are exact."""
    return {
        "ordem": acaso.choice(("prioridade", "idade", "prazo")),
        "pontos_por_minuto": acaso.choice((0, 60_000 / 2**12, 60_000 / 2**16)),
        "prazos_segundos": {nome: acaso.choice((10, 60)) for nome in PRIORIDADES if sim(acaso, 2)},
    }


def _habilidades(acaso: Random, ao_lado: AoLado) -> dict[str, Any]:
    regras = tuple(_regra(acaso, ao_lado) for _ in range(acaso.randint(1, 3)))
    return {"habilidades": regras, "escolha": acaso.choice(("melhor", "menorSuficiente"))}


def _regra(acaso: Random, ao_lado: AoLado) -> RegraDeHabilidades:
    exige = tuple(
        HabilidadeExigida(nome=nome, nivel=acaso.choice((1, 1, 2, 3, 4)), preferida=sim(acaso, 3))
        for nome in acaso.sample(HABILIDADES, acaso.randint(1, 2))
    )
    que = acaso.randrange(12)  # 0 and 6: always
    return RegraDeHabilidades(
        exige=exige,
        canal="whatsapp" if que in {1, 7} else None,
        canal_id=acaso.choice(ao_lado.canais) if que in {2, 8} and ao_lado.canais else None,
        etiqueta=acaso.choice(ETIQUETAS).upper() if que in {3, 9} else None,
        idioma={4: "ES", 10: "es-AR"}.get(que),
        prioridade=acaso.choice(PRIORIDADES) if que in {5, 11} else None,
    )


def _aneis(acaso: Random, ao_lado: AoLado) -> dict[str, Any]:
    segundos = sorted(acaso.sample(SEGUNDOS, acaso.randint(1, 2)))
    return {
        "aneis": tuple(_anel(acaso, um, ao_lado) for um in segundos),
        **(_habilidades(acaso, ao_lado) if sim(acaso, 2) else {}),
    }


def _anel(acaso: Random, segundos: int, ao_lado: AoLado) -> Anel:
    return Anel(
        apos_segundos=segundos,
        dispensa=tuple(nome for nome in HABILIDADES if sim(acaso)),
        reduz_nivel=acaso.randrange(5),
        equipes=tuple(equipe for equipe in ao_lado.equipes if sim(acaso)),
        pontos=acaso.choice((0, 0, 5, 20)),
    )


def _equipes(acaso: Random, ao_lado: AoLado) -> dict[str, Any]:
    return {
        "equipes": tuple(
            ViaEquipe(
                equipe_id=equipe, atraso_segundos=acaso.choice((0, *SEGUNDOS)), prioridade=acaso.choice((1, 50, 99))
            )
            for equipe in ao_lado.equipes
            if sim(acaso, 2)
        )
    }


def _partes(acaso: Random, ao_lado: AoLado) -> dict[str, Any]:
    return {
        "limite": Limite(quantidade=acaso.randint(1, 3), janela_segundos=acaso.choice((20, 60)))
        if sim(acaso, 2)
        else None,
        "janela_segundos": acaso.choice((30, 90)),
        "pesos": Pesos(
            *(), **{nome: acaso.choice((0, 1, 2)) for nome in ("ocupacao", "ociosidade", "proficiencia", "atendidos")}
        ),
        "pesos_dos_atendentes": {pessoa: acaso.choice((0.5, 2, 4)) for pessoa in ao_lado.pessoas if sim(acaso, 2)},
    }


def _horas(acaso: Random, ao_lado: AoLado) -> dict[str, Any]:
    aquece = Aquecimento(segundos=acaso.choice((20, 90)), maximo=acaso.randint(1, 2)) if sim(acaso, 2) else None
    return {"horario": horario(acaso, ao_lado.desde), "aquecimento": aquece}


def _para_onde(acaso: Random, filas: Sequence[str]) -> dict[str, Any]:
    transbordos = tuple(_transbordo(acaso, filas) for _ in range(acaso.randrange(3)))
    acao: Acao = acaso.choice(("transbordar", "encerrar", "priorizar"))
    maximo = EsperaMaxima(
        acao=acao,
        segundos=acaso.choice(SEGUNDOS) if acao == "priorizar" or sim(acaso, 2) else None,
        tamanho=None if acao == "priorizar" else acaso.choice((None, 2, 4)),
        para=acaso.choice(filas) if acao == "transbordar" else None,
        pontos=acaso.choice((5, 20)) if acao == "priorizar" else 0,
    )
    return {"transbordos": transbordos, "maximo": maximo if sim(acaso, 2) else None}


def _transbordo(acaso: Random, filas: Sequence[str]) -> Transbordo:
    que = acaso.randrange(3)
    return Transbordo(
        para=acaso.choice(filas),
        apos_segundos=acaso.choice(SEGUNDOS) if que == 0 else None,
        tamanho=acaso.randint(1, 3) if que == 1 else None,
        sem_atendentes=que == 2,
    )
