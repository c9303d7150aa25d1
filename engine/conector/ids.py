"""The id of a message that came in: made of what its provider calls it, so that the same message has the same id."""

from __future__ import annotations

from hashlib import sha256

from engine.conector.enderecos import Endereco


def id_de_entrada(canal_id: str, id_externo: str, de: Endereco | None = None) -> str:
    """A UUID of version 8 (RFC 9562 §5.8): the hash of the canal and of the provider's id.

    A mail bears what its sender's program wrote as its id, or what anybody wrote who wants another mail taken for a
    copy: so who wrote it (``de``) is part of it.

    >>> id_de_entrada("canal", "wamid.1") == id_de_entrada("canal", "wamid.1")
    True
    >>> id_de_entrada("c", "<1@x>", Endereco("email", "a@x")) == id_de_entrada("c", "<1@x>", Endereco("email", "b@x"))
    False
    """
    inteiro = f"{canal_id}\n{id_externo}"
    if de is not None and de.tipo == "email":
        inteiro += f"\n{de.valor.lower()}"
    return uuid_de(inteiro)


def uuid_de(texto: str) -> str:
    """The UUID that stands for a text: always the same."""
    resumo = sha256(texto.encode("utf-8", "surrogatepass")).hexdigest()
    variante = "89ab"[int(resumo[16], 16) % 4]
    return f"{resumo[:8]}-{resumo[8:12]}-8{resumo[13:16]}-{variante}{resumo[17:20]}-{resumo[20:32]}"
