"""The bounds of the web chat."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from web.gateway import AjustesGateway

SAIDAS: Final = AjustesGateway(fila_quadros=256, fila_bytes=524_288)
"""What may wait for one visitor that reads slowly; beyond, it is cut (4408) and resumes."""
CORPO_MAXIMO: Final = 65_536
"""Bytes: 4,096 characters, each of them escaped, and what stands around them."""
QUADRO_MAXIMO: Final = 4_096
"""Characters of one frame from a visitor."""
PAGINA: Final = 100
"""Messages of one answer."""


class AjustesDoChat(Struct, frozen=True, kw_only=True):
    """Rates are per second in the long run, and five times as much at once; 0: no limit. An address is that of one
    subscriber (an IPv6 /64). Times are milliseconds.
    """

    sessoes_por_endereco: int = 12
    """A minute: each may begin a conversation, which waits for a person."""
    sessoes_por_canal: int = 20
    mensagens_por_sessao: int = 4
    mensagens_por_endereco: int = 10
    mensagens_por_canal: int = 50
    arquivos_por_sessao: int = 6
    """A minute, as those that follow."""
    arquivos_por_endereco: int = 12
    arquivos_por_canal: int = 120
    leituras_por_sessao: int = 5
    leituras_por_endereco: int = 20
    leituras_por_canal: int = 200
    quadros_por_sessao: int = 5
    """Frames of a socket; one that goes on beyond is closed (1013)."""
    leituras_juntas: int = 8
    """Readings of all visitors at once."""
    leituras_juntas_do_canal: int = 3
    leituras_a_espera: int = 200
    """Readings of one canal's visitors that wait for their turn; more are refused."""
    soquetes: int = 8_000
    soquetes_por_canal: int = 1_500
    soquetes_por_endereco: int = 100
    soquetes_por_sessao: int = 4
    """Of more the oldest is closed: a browser has many tabs."""
    estranhos: int = 300
    """Sockets that have not shown a session yet; of more the oldest gives its place."""
    estranhos_por_endereco: int = 20
    prazo_autenticacao: int = 10_000
    envios_por_endereco: int = 2
    """Files under way at once."""
    envios_por_canal: int = 6
    envios: int = 12
