"""By which shortcut a quick reply is called, and which of them somebody looks for."""

from __future__ import annotations

from engine.politica.habilidades import chave
from engine.respostas_rapidas.modelo import RespostaRapida


def chave_do_atalho(atalho: str) -> str:
    """What ways of writing one shortcut have in common: ``/Saudação``, ``saudacao`` and ``/SAUDACAO``."""
    return chave(atalho.removeprefix("/"))


def comeca(resposta: RespostaRapida, prefixo: str | None, pasta: str | None) -> bool:
    """Whether its shortcut begins so, and it is filed there; None: whichever."""
    if prefixo is not None and not chave_do_atalho(resposta.atalho).startswith(chave_do_atalho(prefixo)):
        return False
    return pasta is None or (resposta.pasta is not None and chave(resposta.pasta) == chave(pasta))
