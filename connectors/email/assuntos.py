"""Subjects by which programs answer for people who are away.

A subject alone is weak: people write about such answers, too. So it counts only in the forms that programs give it, at
the beginning or within brackets at the end, and not after ``Re:``, for there a person answers such a note:

=====================================  ==========================================================
``Automatic reply: Order 42``          the phrase and a colon: Exchange, in each of its languages
``Out of office``                      the phrase and nothing else
``Order 42 [Auto-Reply]``              the phrase in brackets, at the end or at the beginning
``AUTO: Ana is out of the office (…)`` Domino
=====================================  ==========================================================

``Resposta automática não funciona`` and ``Out of office hours?`` are a person's.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from engine.caracteres import sem_invisiveis

_FRASES: Final = (
    r"(?:e-?mail de )?respostas? autom[áa]ticas?", r"mensagem autom[áa]tica", r"auto[ -]?respostas?",
    r"(?:ausente|fora|aus[êe]ncia)(?: tempor[áa]ria)? d[oe] (?:escrit[óo]rio|trabalho)", r"aus[êe]ncia tempor[áa]ria",
    r"aviso de aus[êe]ncia", r"estou (?:de|em) f[ée]rias",
    r"(?:automatic|automated|auto)[ -]?(?:reply|response|answer)",
    r"(?:i am |i'm )?(?:currently )?(?:out|away) (?:of|from) (?:the |my )?(?:office|mail|desk)",
    r"out of (?:the )?office[ -]+auto(?:matic)?[ -]?(?:reply|response)",
    r"(?:i am |i'm )?(?:away )?on vacation", r"vacation (?:reply|response|message|notice)",
    r"respuesta autom[áa]tica", r"(?:ausente|fuera) de (?:la )?oficina",
    r"r[ée]ponse automatique", r"absen(?:ce|t) du bureau", r"(?:message|notification|avis) d['’]absence",
    r"automatische antwort", r"abwesen(?:d|heit)(?:s(?:notiz|meldung|nachricht|benachrichtigung|assistent))?",
    r"nicht im b[üu]ro", r"risposta automatica", r"fuori (?:sede|ufficio)", r"automatisch antwoord",
    r"afwezigheidsbericht", r"automatiskt svar", r"automatisk svar", r"autosvar", r"odpowied[źz] automatyczna",
    r"автоответ", r"автоматический ответ", r"自动答复", r"自動回覆", r"自動応答",
)  # fmt: skip
"""None that people use for what they want: of a sick child a parent writes "Absence", of a trip "De férias"."""
_frase: Final = f"(?:{'|'.join(_FRASES)})"
_MARCAS: Final = r"\s*(?:(?:\[[^\]]{1,40}\]|\*{1,5}[^*]{1,40}\*{1,5}|(?:external|externo|spam):)\s*){0,3}"
"""What servers on the way put before a subject: ``[EXTERNO]``, ``***SPAM***``."""
_inteiro: Final = re.compile(rf"{_MARCAS}{_frase}\s*(?:[.!]{{0,3}}\s*\Z|[:])", re.IGNORECASE)
_entre_colchetes: Final = re.compile(rf"{_MARCAS}[\[(<]\s*{_frase}\s*[\])>]", re.IGNORECASE)
_no_fim: Final = re.compile(rf"[\[(<]\s*{_frase}\s*[\])>]\s*\Z", re.IGNORECASE)
_domino: Final = re.compile(
    rf"{_MARCAS}auto:.{{1,100}}\b(?:out of (?:the )?office|away|on vacation|ausente|fora d[oe] escrit[óo]rio|"
    r"de f[ée]rias|returning|retorn\w*)\b",
    re.IGNORECASE,
)


def de_maquina(assunto: str) -> bool:
    """Whether a program wrote this subject."""
    # One form of each letter, and plain blanks and colons (UAX #15).
    simples = sem_invisiveis(unicodedata.normalize("NFKC", assunto))
    inicio = any(padrao.match(simples) for padrao in (_inteiro, _entre_colchetes, _domino))
    return inicio or _no_fim.search(simples) is not None
