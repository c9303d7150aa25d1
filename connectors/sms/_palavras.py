"""Keywords that people send to a number: to hear no more of it, to hear of it again, to be helped. They are noted here,
and what follows from them is somebody else's to decide. (Words: CTIA Messaging Principles 2023 §5.1.3, and what
Brazilians write.)
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final, Literal

PalavraChave = Literal["parar", "voltar", "ajuda"]

_PALAVRAS: Final[Mapping[PalavraChave, str]] = {
    "parar": "stop stopall unsubscribe cancel end quit revoke optout parar pare sair cancelar remover descadastrar",
    "voltar": "start unstop voltar iniciar",
    "ajuda": "help info ajuda",
}
_SIGNIFICADO: Final = {palavra: qual for qual, todas in _PALAVRAS.items() for palavra in todas.split()}
_MAXIMO: Final = 40


def palavra_chave(texto: str) -> PalavraChave | None:
    """What a message asks for that is one of the words alone, in any case, with or without marks around it.

    >>> palavra_chave(" Parar! "), palavra_chave("PARE"), palavra_chave("quero parar")
    ('parar', 'parar', None)
    """
    if len(texto) > _MAXIMO:
        return None
    separado = unicodedata.normalize("NFKD", texto.casefold())
    return _SIGNIFICADO.get("".join(c for c in separado if not unicodedata.combining(c)).strip(" \t\r\n.!?\"'“”-"))
