"""The id of a message that came in: made of what its provider calls it, so that the same message has the same id."""

from __future__ import annotations

from hashlib import sha256


def id_de_entrada(canal_id: str, id_externo: str) -> str:
    """A UUID of version 8 (RFC 9562 §5.8): the hash of the canal and of the provider's id.

    >>> id_de_entrada("canal", "wamid.1") == id_de_entrada("canal", "wamid.1")
    True
    """
    resumo = sha256(f"{canal_id}\n{id_externo}".encode("utf-8", "surrogatepass")).hexdigest()
    variante = "89ab"[int(resumo[16], 16) % 4]
    return f"{resumo[:8]}-{resumo[8:12]}-8{resumo[13:16]}-{variante}{resumo[17:20]}-{resumo[20:32]}"
