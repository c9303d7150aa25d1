"""What those who serve the fila cannot do: skills that nobody has, hours at which nobody works, offers to too many."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import groupby
from operator import and_, or_
from typing import Final

from engine.parede import SEMANA, conhecido, desvio
from engine.politica.aviso import Aviso
from engine.politica.avisos_da_espera import aneis_alcancados
from engine.politica.cenario import Agente, Cenario
from engine.politica.habilidades import chave
from engine.politica.modelo import Anel, Horario, Politica, RegraDeHabilidades

_DIA: Final = 24 * 60
_SEMANA: Final = 7 * _DIA
_SEMPRE: Final = (1 << _SEMANA) - 1
"""The minutes of a week, as the bits of a number: from Monday, the lowest first."""
_LACUNAS: Final = 7
"""As many hours without anybody are named."""
_NIVEIS: Final = 5
_SUGESTOES: Final = 10


def da_gente(politica: Politica, cenario: Cenario) -> Iterator[Aviso]:
    if not cenario.agentes:
        remedio = "inclua atendentes nela, ou vincule uma equipe"
        yield Aviso("fila_sem_atendentes", "", f"ninguém atende esta fila; {remedio}")
        return
    if politica.habilidades:
        yield from _das_habilidades(politica, cenario.agentes)
    yield from _dos_turnos(politica, cenario)
    yield from _das_ofertas(politica, cenario)
    yield from _das_equipes(politica, cenario)
    yield from _dos_pesos(politica, cenario)


# -- skills --------------------------------------------------------------------------------------------------------


class _Saberes:
    """Who can do what: by skill and level, the agents who have it so well or better, as the bits of a number."""

    def __init__(self, agentes: tuple[Agente, ...]) -> None:
        self._quem: dict[str, list[int]] = {}
        self._sugestoes = _SUGESTOES
        for posicao, agente in enumerate(agentes):
            for nome, nivel in agente.niveis.items():
                por_nivel = self._quem.setdefault(nome, [0] * _NIVEIS)
                for ate in range(nivel):
                    por_nivel[ate] |= 1 << posicao

    def melhor(self, nome: str) -> int:
        """The best level in it; 0: nobody has it."""
        return sum(map(bool, self._quem.get(nome, ())))

    def alguem(self, pedidas: dict[str, int]) -> bool:
        """Whether somebody has all of these."""
        quem = [self._quem[nome][nivel - 1] for nome, nivel in pedidas.items()]
        return not quem or bool(reduce(and_, quem))

    def remedio(self, nome: str) -> str:
        """Looking for what may be meant takes time: it is done so often and no more."""
        self._sugestoes -= 1
        perto = difflib.get_close_matches(nome, self._quem, n=1) if self._sugestoes >= 0 else []
        return f"você quis dizer {perto[0]}?" if perto else "dê-a a alguém, ou dispense-a num anel"


def _das_habilidades(politica: Politica, agentes: tuple[Agente, ...]) -> Iterator[Aviso]:
    """What nobody can do even in the last ring that a ticket comes to."""
    aneis, saberes = aneis_alcancados(politica), _Saberes(agentes)
    for posicao, regra in enumerate(politica.habilidades):
        pedidas = _no_ultimo_anel(regra, aneis)
        faltam = [*_que_faltam(f"habilidades[{posicao}].exige", regra, pedidas, saberes)]
        yield from faltam
        if not faltam and not saberes.alguem(pedidas):
            nomes = ", ".join(pedidas)
            problema = f"ninguém que atende a fila tem todas juntas ({nomes}), nem no último anel"
            remedio = "dispense alguma num anel, ou inclua quem as tenha"
            yield Aviso("regra_de_ninguem", f"habilidades[{posicao}].exige", f"{problema}; {remedio}")


def _no_ultimo_anel(regra: RegraDeHabilidades, aneis: list[Anel]) -> dict[str, int]:
    dispensadas = {chave(nome) for anel in aneis for nome in anel.dispensa}
    reduz = sum(anel.reduz_nivel for anel in aneis)
    return {
        chave(uma.nome): max(1, uma.nivel - reduz)
        for uma in regra.exige
        if not uma.preferida and chave(uma.nome) not in dispensadas
    }


def _que_faltam(campo: str, regra: RegraDeHabilidades, pedidas: dict[str, int], saberes: _Saberes) -> Iterator[Aviso]:
    for posicao, uma in enumerate(regra.exige):
        qual = chave(uma.nome)
        nivel, melhor = pedidas.get(qual), saberes.melhor(qual)
        if nivel is None or uma.preferida:
            continue
        if not melhor:
            problema = f'ninguém que atende a fila tem "{uma.nome}"; {saberes.remedio(qual)}'
            yield Aviso("habilidade_de_ninguem", f"{campo}[{posicao}].nome", problema)
        elif melhor < nivel:
            problema = f'quem mais sabe "{uma.nome}" na fila tem nível {melhor}, e no último anel se pede {nivel}'
            yield Aviso("nivel_de_ninguem", f"{campo}[{posicao}].nivel", f"{problema}; baixe-o, ou use reduzNivel")


# -- hours ---------------------------------------------------------------------------------------------------------


def _dos_turnos(politica: Politica, cenario: Cenario) -> Iterator[Aviso]:
    """When the fila is open and nobody works, in an ordinary week by the clock of the fila."""
    turnos, da_fila = [agente.turno for agente in cenario.agentes if agente.turno is not None], politica.horario
    if len(turnos) < len(cenario.agentes):
        return
    distintos = _distintos(turnos)
    if not all(conhecido(um.fuso) for um in (*distintos, da_fila) if um is not None):
        return
    fuso = turnos[0].fuso if da_fila is None else da_fila.fuso
    aberta = _SEMPRE if da_fila is None else _minutos(da_fila)
    coberta = reduce(or_, (_no_fuso(turno, fuso, cenario.agora) for turno in distintos))
    lacunas = _intervalos(aberta & ~coberta)
    if lacunas:
        ditas = "; ".join(lacunas[:_LACUNAS]) + (f"; e mais {len(lacunas) - _LACUNAS}" if lacunas[_LACUNAS:] else "")
        problema = f"a fila está aberta e ninguém está de turno: {ditas} ({fuso})"
        yield Aviso("ninguem_de_turno", "horario", f"{problema}; mude os turnos, ou o horário da fila")


def _distintos(turnos: Iterable[Horario]) -> list[Horario]:
    """Each once: many people have the same."""
    return [*{id(turno): turno for turno in turnos}.values()]


def _minutos(de: Horario) -> int:
    """The minutes of the week at which it is open, by its own clock."""
    aberto = 0
    for posicao, dia in enumerate(SEMANA):
        for inicio, fim in de.dias.get(dia, ()):
            minutos = [int(hora[:2]) * 60 + int(hora[3:]) for hora in (inicio, fim)]
            aberto |= ((1 << (minutos[1] - minutos[0])) - 1) << (posicao * _DIA + minutos[0])
    return aberto


def _no_fuso(de: Horario, fuso: str, agora: int) -> int:
    """The same by the clock of another zone, as far apart as both are now."""
    aberto = _minutos(de)
    if de.fuso == fuso:
        return aberto
    adiante = (desvio(fuso, agora) - desvio(de.fuso, agora)) // 60_000 % _SEMANA
    return (aberto << adiante | aberto >> (_SEMANA - adiante)) & _SEMPRE


def _intervalos(minutos: int) -> list[str]:
    """``["seg 12:00–13:00", …]``"""
    achados = []
    for posicao, dia in enumerate(SEMANA):
        do_dia = minutos >> (posicao * _DIA) & ((1 << _DIA) - 1)
        faltando = [minuto for minuto in range(_DIA) if do_dia >> minuto & 1] if do_dia else []
        for _, seguidos in groupby(enumerate(faltando), key=lambda par: par[1] - par[0]):
            trecho = [minuto for _, minuto in seguidos]
            achados.append(f"{dia} {_hora(trecho[0])}–{_hora(trecho[-1] + 1)}")
    return achados


def _hora(minuto: int) -> str:
    return f"{minuto // 60:02d}:{minuto % 60:02d}"


# -- others --------------------------------------------------------------------------------------------------------


def _das_ofertas(politica: Politica, cenario: Cenario) -> Iterator[Aviso]:
    paralelas, quantos = politica.oferta.paralelas, len(cenario.agentes)
    if politica.modo == "oferta" and paralelas > quantos:
        problema = f"são mais do que os que atendem a fila ({quantos}); ponha no máximo {quantos}"
        yield Aviso("paralelas_demais", "oferta.paralelas", problema)


def _das_equipes(politica: Politica, cenario: Cenario) -> Iterator[Aviso]:
    com_gente = {equipe_id for agente in cenario.agentes for equipe_id in agente.equipes}
    campos = [(f"equipes[{posicao}].equipeId", via.equipe_id) for posicao, via in enumerate(politica.equipes)]
    for posicao, anel in enumerate(politica.aneis):
        campos += [(f"aneis[{posicao}].equipes[{onde}]", id_) for onde, id_ in enumerate(anel.equipes)]
    for campo, equipe_id in campos:
        if equipe_id in cenario.vinculadas and equipe_id not in com_gente:
            yield Aviso("equipe_vazia", campo, "esta equipe não tem ninguém; inclua membros nela, ou retire-a")


def _dos_pesos(politica: Politica, cenario: Cenario) -> Iterator[Aviso]:
    quem_atende = {agente.id for agente in cenario.agentes}
    for id_ in politica.pesos_dos_atendentes:
        if id_ in cenario.atendentes and id_ not in quem_atende:
            problema = "este atendente não atende a fila; inclua-o nela, ou retire o peso"
            yield Aviso("peso_de_quem_nao_atende", f"pesosDosAtendentes.{id_}", problema)
