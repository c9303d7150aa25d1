"""What keeps a message to those who wait from being said: each problem with its field and the remedy."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from engine.errors import Detalhe
from engine.politica.mensagem_de_espera import VARIAVEIS, entre_chaves, estimam
from engine.politica.modelo import MensagemDeEspera

REPETIR_MINIMO: Final = 60
"""Seconds: whoever waits is not to be pestered."""
_AS_QUE_HA: Final = ", ".join(f"{{{nome}}}" for nome in VARIAVEIS)


def da_mensagem_de_espera(mensagem: MensagemDeEspera | None) -> Iterator[Detalhe]:
    if mensagem is None:
        return
    texto, outro = "mensagemDeEspera.texto", "mensagemDeEspera.textoSemEstimativa"
    yield from _das_variaveis(texto, mensagem.texto)
    yield from _das_variaveis(outro, mensagem.texto_sem_estimativa or "")
    usadas, no_outro = estimam(mensagem.texto), estimam(mensagem.texto_sem_estimativa or "")
    if no_outro:
        yield Detalhe(outro, f"é dito quando não se sabe quanto falta; retire {' e '.join(dict.fromkeys(no_outro))}")
    if usadas and mensagem.texto_sem_estimativa is None:
        problema = f"texto usa {usadas[0]}, e nem sempre se sabe quanto falta"
        yield Detalhe(outro, f"{problema}; dê aqui o que dizer então, ou retire {usadas[0]} de texto")
    if 0 < mensagem.repetir_segundos < REPETIR_MINIMO:
        problema = f"deve ser 0 (não repetir) ou ao menos {REPETIR_MINIMO}; aumente-o"
        yield Detalhe("mensagemDeEspera.repetirSegundos", problema)


def _das_variaveis(campo: str, texto: str) -> Iterator[Detalhe]:
    for dita in dict.fromkeys(entre_chaves(texto)):
        nome = dita.strip("{}")
        if dita in {"{", "}"}:
            yield Detalhe(campo, f"tem {dita} sem par; as chaves só servem às variáveis {_AS_QUE_HA}: retire-a")
        elif nome not in VARIAVEIS:
            perto = get_close_matches(nome.strip(), VARIAVEIS, 1)
            remedio = f"use {{{perto[0]}}}" if perto else f"use {_AS_QUE_HA}, ou retire-a"
            yield Detalhe(campo, f"não existe a variável {dita[:40]}; {remedio}")
