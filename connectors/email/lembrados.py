"""Subjects of the mails that came and went last, by their Message-ID.

A job knows the subject of its conversation, which is that of its first mail; an answer bears that of the mail that it
answers, or programs that sort by subject cut the conversation in two. What is not remembered (the process is a new
one) is answered under the conversation's subject, and holds together by ``References``. An id is known together with
whom the mail was exchanged with: whoever else makes up a mail of the same id gives no name to anybody's conversation.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import Final

LEMBRADOS: Final = 5_000
"""Of one canal; the one that was noted first is forgotten first."""
_do_arquivo: Final = re.compile(r"#\d{1,4}\Z")


class Lembrados:
    """The subjects of one canal's mails."""

    __slots__ = ("_assuntos",)

    def __init__(self) -> None:
        self._assuntos: OrderedDict[tuple[str, str], str] = OrderedDict()

    def anotar(self, com: str, id_: str, assunto: str) -> None:
        """Note what a mail is about that was exchanged with the address ``com``."""
        self._assuntos[com, id_] = assunto
        self._assuntos.move_to_end((com, id_))
        if len(self._assuntos) > LEMBRADOS:
            self._assuntos.popitem(last=False)

    def assunto(self, com: str, id_: str | None) -> str | None:
        """What the mail of this message (its text, or one of its files) is about; None if that is not known."""
        return self._assuntos.get((com, sem_numero(id_ or ""))) or None

    def __len__(self) -> int:
        return len(self._assuntos)


def sem_numero(id_: str) -> str:
    """The Message-ID of the mail that a message is of: that of a file bears a number (``<id>#1``)."""
    return _do_arquivo.sub("", id_)
