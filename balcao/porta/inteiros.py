"""Whole text frames, which is what nearly all clients send, read in a twentieth of the time that wsproto takes.

Only what is right beyond doubt is read here (RFC 6455 §5.2): one text frame that is a message by itself, masked, its
length written in the shortest form, all of it there, and UTF-8. Anything else, and whatever is wrong, is for wsproto.
"""

from __future__ import annotations

from typing import Final

from wsproto.connection import Connection, ConnectionState

_TEXTO: Final = 0x81
"""FIN, no extension, and the opcode."""
_MASCARADO: Final = 0x80
_CHAVE: Final = 4


def ler(dados: bytes, inicio: int) -> tuple[str, int] | None:
    """The text of the frame that begins at ``inicio``, and where it ends; None: wsproto has to see it."""
    if len(dados) < inicio + 2 or dados[inicio] != _TEXTO:
        return None
    tamanho, chave = dados[inicio + 1] - _MASCARADO, inicio + 2
    if tamanho == 126:
        chave += 2
        tamanho = int.from_bytes(dados[inicio + 2 : chave])
        if tamanho < 126:
            return None
    elif not 0 <= tamanho < 126:
        return None
    texto = chave + _CHAVE
    fim = texto + tamanho
    if len(dados) < fim:
        return None
    try:
        return str(_sem_mascara(dados[chave:texto], dados[texto:fim]), "utf-8"), fim
    except UnicodeDecodeError:
        return None


def entre_quadros(conexao: Connection) -> bool:
    """Whether wsproto is open and holds nothing: what comes next is the first byte of a frame."""
    protocolo = conexao._proto  # noqa: SLF001  # it does not say how far it is
    if protocolo is None or conexao.state is not ConnectionState.OPEN:
        return False
    decodificador = protocolo._frame_decoder  # noqa: SLF001
    return decodificador.header is None and not len(decodificador.buffer)


def _sem_mascara(chave: bytes, dados: bytes) -> bytes:
    """All at once, as two numbers (RFC 6455 §5.3)."""
    tamanho = len(dados)
    repetida = (chave * (tamanho // _CHAVE + 1))[:tamanho]
    return (int.from_bytes(dados) ^ int.from_bytes(repetida)).to_bytes(tamanho)
