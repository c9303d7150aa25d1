"""What keeps a document of notices from being what it says: each problem with the path of the field and the remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.avisos.modelo import HORA, ModeloDeAviso, Preferencias, RegraDeAviso, Resumo, Silencio
from engine.avisos.palavras import VARIAVEIS
from engine.documentos.cenario import Cenario, desconhecidos, repetidos
from engine.errors import Detalhe
from engine.modelo import MeioDeAviso
from engine.politica.exame_de_horas import do_fuso
from engine.textos import problemas as problemas_do_texto

_e_hora: Final = re.compile(HORA.strip("^$")).fullmatch
MODELO: Final = "modelo_de_aviso"
"""The ``tipo`` of templates."""


def da_regra(regra: RegraDeAviso, cenario: Cenario) -> list[Detalhe]:
    """All that is wrong with a rule."""
    return [
        *repetidos("eventos", regra.eventos),
        *_dos_destinatarios(regra, cenario),
        *repetidos("por", regra.por),
        *repetidos("filas", regra.filas),
        *desconhecidos("filas", regra.filas, cenario.filas, "fila desta empresa"),
        *repetidos("prioridades", regra.prioridades),
        *_do_canal("canais.email", regra.canais.email, "email", regra, cenario),
        *_do_canal("canais.sms", regra.canais.sms, "sms", regra, cenario),
        *_do_modelo(regra.modelo, cenario),
    ]


def do_modelo(modelo: ModeloDeAviso, _: Cenario | None = None) -> list[Detalhe]:
    """All that is wrong with a template."""
    return [
        *problemas_do_texto(modelo.assunto, VARIAVEIS, "assunto"),
        *problemas_do_texto(modelo.texto, VARIAVEIS, "texto"),
    ]


def das_preferencias(preferencias: Preferencias) -> list[Detalhe]:
    """All that is wrong with what somebody prefers."""
    return [
        *do_fuso(preferencias.fuso),
        *_do_silencio(preferencias.silencio),
        *_do_resumo(preferencias.resumo),
        *(um for tipo, meios in preferencias.desligados.items() for um in repetidos(f"desligados.{tipo}", meios)),
    ]


def _do_silencio(silencio: Silencio | None) -> Iterator[Detalhe]:
    if silencio is None:
        return
    yield from _da_hora("silencio.de", silencio.de)
    yield from _da_hora("silencio.ate", silencio.ate)
    yield from repetidos("silencio.dias", silencio.dias)
    if silencio.de == silencio.ate and not silencio.dias:
        yield Detalhe("silencio", "de e ate são a mesma hora, e nada fica em silêncio; mude uma delas, ou retire-o")


def _do_resumo(resumo: Resumo | None) -> Iterator[Detalhe]:
    if resumo is not None:
        yield from _da_hora("resumo.hora", resumo.hora)
        yield from repetidos("resumo.por", resumo.por)


def _da_hora(campo: str, hora: str) -> Iterator[Detalhe]:
    if _e_hora(hora) is None:
        yield Detalhe(campo, "deve ser uma hora de 00:00 a 23:59, com dois dígitos cada parte, como 08:00")


def _dos_destinatarios(regra: RegraDeAviso, cenario: Cenario) -> Iterator[Detalhe]:
    """``usuarios`` may be somebody who was not here yet: then nobody is told until it was."""
    para = regra.para
    if regra.por and not (para.dono or para.papeis or para.da_fila or para.filas or para.equipes or para.usuarios):
        yield Detalhe("para", "não avisa ninguém; dê dono, papeis, daFila, filas, equipes ou usuarios")
    yield from repetidos("para.papeis", para.papeis)
    yield from repetidos("para.filas", para.filas)
    yield from desconhecidos("para.filas", para.filas, cenario.filas, "fila desta empresa")
    yield from repetidos("para.equipes", para.equipes)
    yield from desconhecidos("para.equipes", para.equipes, cenario.equipes, "equipe desta empresa")
    yield from repetidos("para.usuarios", para.usuarios)


def _do_modelo(modelo: str | None, cenario: Cenario) -> Iterator[Detalhe]:
    if modelo is not None and modelo not in cenario.de(MODELO):
        yield Detalhe("modelo", "não é o id de um modelo de aviso desta empresa; crie-o antes, ou retire-o")


def _do_canal(
    campo: str, canal_id: str | None, tipo: MeioDeAviso, regra: RegraDeAviso, cenario: Cenario
) -> Iterator[Detalhe]:
    if canal_id is None:
        return
    if tipo not in regra.por:
        yield Detalhe(campo, f"a regra não avisa por {tipo}; inclua {tipo} em por, ou retire-o")
    elif canal_id not in cenario.canais:
        yield Detalhe(campo, "não existe este canal; retire-o, e vale o primeiro que houver")
    elif cenario.canais[canal_id] != tipo:
        yield Detalhe(campo, f"é um canal de {cenario.canais[canal_id]}; dê um de {tipo}, ou retire-o")
