"""Webhooks of SMS as they come: of which contact each is, so that those of one are read one after the other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

import msgspec

from engine.conector.assinaturas_sms import provedor_de

_CAMPOS_MAXIMO: Final = 1_000
_so_digitos: Final = re.compile(r"\D+")


def contato_de(valores: Mapping[str, object], corpo: bytes, tipo_de_conteudo: str) -> str | None:
    """Whom a webhook is about, in one form; None if nobody can tell, or it is about several. Never fails.

    ``valores``: the canal's ``config`` and secrets together. Of Twilio a status is about whom it was sent to, and a
    message about who wrote it; so it is of another provider, whose statuses may be about nobody known.
    """
    campos = _campos(corpo, tipo_de_conteudo)
    if provedor_de(valores) == "twilio":
        quem = campos.get("To" if "MessageStatus" in campos else "From")
    elif valores.get("webhookLista"):
        quem = None
    else:
        de = valores.get("webhookDe")
        quem = campos.get(de if isinstance(de, str) and de else "from")
    if not isinstance(quem, str) or not quem.strip():
        return None
    return _so_digitos.sub("", quem) or quem.strip()[:100]


def _campos(corpo: bytes, tipo_de_conteudo: str) -> Mapping[str, object]:
    try:
        if tipo_de_conteudo.partition(";")[0].strip().lower() == "application/x-www-form-urlencoded":
            return dict(parse_qsl(corpo.decode("utf-8", "replace"), max_num_fields=_CAMPOS_MAXIMO))
        lido = msgspec.json.decode(corpo)
    except (msgspec.DecodeError, ValueError, RecursionError):  # of ValueError: broken UTF-8, too many fields
        return {}
    return lido if isinstance(lido, dict) else {}
