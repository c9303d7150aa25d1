"""What makes a file two things at once: something else to whoever opens it as something else.

Files are served so that browsers neither guess nor run anything, which is the real defence; this keeps such files from
being handed on at all.
"""

from __future__ import annotations

import re
import struct
from typing import Final

from web.arquivos._conteudo import PEDACO, Conteudo, exigir

_ativo = re.compile(rb"<\s*(?:script|html|svg|iframe|!doctype\s+html|\?php)", re.IGNORECASE).search
_MARCA_MAXIMA: Final = 64
"""Longer than any of these, so that one across two pieces is found."""
_FIM_DE_ZIP: Final = b"PK\x05\x06"
_ONDE_ZIP_TERMINA: Final = 65_535 + 22
"""A ZIP is found from its end, which a comment of this length may follow (APPNOTE.TXT 4.3.16)."""
_ROTEIRO: Final = "tem código de página ou de programa dentro"


def sem_perigo(c: Conteudo) -> None:
    """For what is not a ZIP by nature. Raises Recusado."""
    exigir(_ativo(c.inicio) is None and _ativo(c.fim(4096)) is None, _ROTEIRO)
    exigir(not _termina_em_zip(c), "tem um ZIP escondido no fim")


def sem_perigo_depois(c: Conteudo, onde: int) -> None:
    """What follows the end proper of a file has nothing that runs. Raises Recusado."""
    while (pedaco := c.ler(onde, PEDACO)) and len(pedaco) > _MARCA_MAXIMA:
        exigir(_ativo(pedaco) is None, _ROTEIRO)
        onde += len(pedaco) - _MARCA_MAXIMA
    exigir(_ativo(pedaco) is None, _ROTEIRO)


def _termina_em_zip(c: Conteudo) -> bool:
    fim = c.fim(_ONDE_ZIP_TERMINA)
    onde = fim.rfind(_FIM_DE_ZIP)
    while onde >= 0:
        if len(fim) - onde >= 22:
            aqui, todas, tamanho, inicio = struct.unpack_from("<8xHHII", fim, onde)
            if aqui == todas and tamanho + inicio <= c.tamanho:
                return True
        onde = fim.rfind(_FIM_DE_ZIP, 0, onde)
    return False
