"""Addresses: each has a kind, and a phone is one of them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

TipoDeEndereco = Literal["telefone", "email", "usuario", "codigo", "remetente", "visitante"]
"""``telefone`` a phone that can be dialled; ``email``; ``usuario`` an id that the provider gave to a person (a WhatsApp
``user_id``, say), good within its canal; ``codigo`` a short code of SMS; ``remetente`` an alphanumeric sender of SMS,
which cannot be answered; ``visitante`` a session of the web chat.
"""


class Endereco(Struct, frozen=True, gc=False):
    """Where somebody is reached. A phone is digits of E.164 with a plus, or as the provider wrote it."""

    tipo: TipoDeEndereco
    valor: str
