"""What of a text can be seen: characters without a shape of their own say nothing, and are not taken for something.

They come with what is pasted (the direction marks that phone books put around numbers, the joiners of emoji, soft
hyphens) or are sent to look like nothing at all. In running text they have work to do, and stay; in an address they
are noise; and a text of nothing else is blank.
"""

from __future__ import annotations

import re
from typing import Final

CONTROLES: Final = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"
BRANCOS: Final = r" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
INVISIVEIS: Final = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    r"\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Default_Ignorable_Code_Point of Unicode (https://www.unicode.org/reports/tr44/), and what is drawn as nothing: the
fillers, the empty Braille pattern, the place of an object that is not there.
"""
_ACENTOS_SOLTOS: Final = r"\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
"""What is put on another character: alone it shows nothing."""

VISIVEL: Final = rf"[^{CONTROLES}{BRANCOS}{INVISIVEIS}{_ACENTOS_SOLTOS}]"
"""A character that can be seen. Like all of these, in the words of regular expressions that Python and ECMAScript
(which JSON Schema refers to) have in common.
"""

_e_visivel: Final = re.compile(VISIVEL).search
_sem_invisiveis: Final = re.compile(f"[{INVISIVEIS}]+").sub


def tem_visivel(texto: str) -> bool:
    """Whether there is something to be seen."""
    return _e_visivel(texto) is not None


def sem_invisiveis(texto: str) -> str:
    """The text without what cannot be seen; blanks stay."""
    return texto if texto.isascii() else _sem_invisiveis("", texto)
