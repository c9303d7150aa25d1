"""What keeps a document from being a calendar or a holiday, beyond the types of its fields: each problem with the path
of the field and the remedy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.calendario import feriados
from engine.calendario.modelo import PAIS_PADRAO, Calendario, Excecao, Feriado, Intervalos
from engine.errors import Detalhe
from engine.politica.exame_de_horas import do_fuso, e_data, intervalos_demais, sao_horas

_UM_ANO_BISSEXTO: Final = "2000-"


def problemas(calendario: Calendario) -> list[Detalhe]:
    """All that is wrong, in the order of the document."""
    return [
        *do_fuso(calendario.fuso),
        *_dos_dias(calendario),
        *_do_lugar(calendario.pais, calendario.estado),
        *_dos_facultativos(calendario),
        *_das_excecoes(calendario.excecoes),
        *_repetidos("equipes", calendario.equipes),
        *_repetidos("filas", calendario.filas),
    ]


def problemas_do_feriado(feriado: Feriado) -> list[Detalhe]:
    """All that is wrong, in the order of the document."""
    pais = feriado.pais or PAIS_PADRAO
    return [
        *_da_data("data", feriado.data),
        *_do_lugar(pais, feriado.estado),
        *_dos_intervalos("intervalos", feriado.intervalos),
    ]


def _dos_dias(calendario: Calendario) -> Iterator[Detalhe]:
    if calendario.sempre and calendario.dias:
        yield Detalhe("dias", "contradiz sempre, que vale dia e noite; retire um dos dois")
    for dia, intervalos in calendario.dias.items():
        yield from _dos_intervalos(f"dias.{dia}", intervalos)


def _dos_intervalos(campo: str, intervalos: Intervalos) -> Iterator[Detalhe]:
    demais = list(intervalos_demais(campo, intervalos))
    yield from demais
    for posicao, (de, ate) in enumerate(() if demais else intervalos):
        problema = sao_horas(de, ate) or _sem_duracao(de, ate)
        if problema:
            yield Detalhe(f"{campo}[{posicao}]", problema)


def _sem_duracao(de: str, ate: str) -> str | None:
    if de == "24:00":
        return "começa às 24:00, quando o dia acaba; ponha-o no outro dia, a partir de 00:00"
    if de == ate:
        return f"começa e termina às {de}; o dia inteiro se escreve 00:00 a 24:00"
    return None


def _do_lugar(pais: str, estado: str | None) -> Iterator[Detalhe]:
    if not feriados.conhecido(pais):
        yield Detalhe("pais", f"não conhecemos os feriados de {pais}; use a sigla de duas letras do país, como BR")
    elif estado is not None and feriados.sigla(pais, estado) is None:
        ha = ", ".join(feriados.estados(pais))
        yield Detalhe("estado", f"não é um estado de {pais}; {f'use um destes: {ha}' if ha else 'retire o campo'}")


def _dos_facultativos(calendario: Calendario) -> Iterator[Detalhe]:
    if not calendario.pontos_facultativos:
        return
    if not calendario.feriados_oficiais:
        yield Detalhe("pontosFacultativos", "só vale com feriadosOficiais; ligue os dois, ou retire este")
    elif feriados.conhecido(calendario.pais) and not feriados.tem_facultativos(calendario.pais):
        yield Detalhe("pontosFacultativos", f"não há em {calendario.pais}; retire-o, e escreva os dias em excecoes")


def _das_excecoes(excecoes: tuple[Excecao, ...]) -> Iterator[Detalhe]:
    vistas: dict[str, int] = {}
    for posicao, uma in enumerate(excecoes):
        campo = f"excecoes[{posicao}]"
        yield from _da_data(f"{campo}.data", uma.data)
        antes = vistas.setdefault(uma.data, posicao)
        if antes < posicao:
            yield Detalhe(f"{campo}.data", f"já está em excecoes[{antes}]; junte as duas")
        yield from _dos_intervalos(f"{campo}.intervalos", uma.intervalos)


def _da_data(campo: str, texto: str) -> Iterator[Detalhe]:
    if not (e_data(texto) or e_data(_UM_ANO_BISSEXTO + texto)):
        yield Detalhe(campo, "deve ser uma data que existe, de 2000 a 2100, como 2026-06-13, ou 06-13 para todo ano")


def _repetidos(campo: str, ids: tuple[str, ...]) -> Iterator[Detalhe]:
    vistos: dict[str, int] = {}
    for posicao, um in enumerate(ids):
        antes = vistos.setdefault(um.lower(), posicao)
        if antes < posicao:
            yield Detalhe(f"{campo}[{posicao}]", f"já está em {campo}[{antes}]; retire um dos dois")
