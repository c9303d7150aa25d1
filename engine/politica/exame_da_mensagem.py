"""What keeps a message to those who wait from being said: each problem with its field and the remedy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine import textos
from engine.errors import Detalhe
from engine.politica.mensagem_de_espera import VARIAVEIS, estimam
from engine.politica.modelo import MensagemDeEspera

REPETIR_MINIMO: Final = 60
"""Seconds: whoever waits is not to be pestered."""


def da_mensagem_de_espera(mensagem: MensagemDeEspera | None) -> Iterator[Detalhe]:
    if mensagem is None:
        return
    texto, outro = "mensagemDeEspera.texto", "mensagemDeEspera.textoSemEstimativa"
    yield from textos.problemas(mensagem.texto, VARIAVEIS, texto, textos.SIMPLES)
    yield from textos.problemas(mensagem.texto_sem_estimativa or "", VARIAVEIS, outro, textos.SIMPLES)
    usadas, no_outro = estimam(mensagem.texto), estimam(mensagem.texto_sem_estimativa or "")
    if no_outro:
        yield Detalhe(outro, f"é dito quando não se sabe quanto falta; retire {' e '.join(no_outro)}")
    if usadas and mensagem.texto_sem_estimativa is None:
        problema = f"texto usa {usadas[0]}, e nem sempre se sabe quanto falta"
        yield Detalhe(outro, f"{problema}; dê aqui o que dizer então, ou retire {usadas[0]} de texto")
    if 0 < mensagem.repetir_segundos < REPETIR_MINIMO:
        problema = f"deve ser 0 (não repetir) ou ao menos {REPETIR_MINIMO}; aumente-o"
        yield Detalhe("mensagemDeEspera.repetirSegundos", problema)
