"""The bounds of the gateway."""

from __future__ import annotations

from msgspec import Struct


class AjustesGateway(Struct, frozen=True, kw_only=True):
    """Times are milliseconds."""

    fila_quadros: int = 1_024
    """Frames that may wait for one reader; beyond, it is cut (4408) and may resume."""
    fila_bytes: int = 1_048_576
    """Bytes that may wait for one reader."""
    em_voo: int = 64
    """Messages of one connection told to the actors and not yet acknowledged."""
    em_voo_empresa: int = 1_024
    """Events of one empresa's connections being handled at once; the others wait their turn, unread."""
    max_conexoes: int = 20_000
    """Connections of people with a token."""
    max_por_empresa: int = 15_000
    """How many of them may be of one empresa; 0: all."""
    max_por_usuario: int = 2_000
    """How many of them may be of one user, which may be a service with many of its own; 0: all."""
    max_anonimas: int = 1_000
    """Connections that may be without a token at once, beside the others."""
    max_anonimas_endereco: int = 100
    """How many of them may be of one address (an IPv6 /64)."""
    prazo_autenticacao: int = 10_000
    """How long a connection may stay without a token."""
    aviso_de_expiracao: int = 60_000
    """How long before its token expires a connection is told so, to renew it."""
    prazo_presenca: int = 2_000
    """How long a change of presence waits for the actors to know of the connection it comes by."""
    prazo_escoamento: int = 30_000
    """How long a reader may take to make room while the log is replayed to it."""
    prazo_encerramento: int = 1_000
    """How long shutdown, or the close of one connection, waits for the client."""
    max_salas: int = 256
    """Rooms one connection may be in."""
    posicao_cada: int = 5_000
    """Between two looks at where a ticket stands in its line, for those who follow it, while the line moves."""
    posicao_mesmo_assim: int = 30_000
    """The same while nothing happens in its line."""
    posicoes_por_rodada: int = 20
    """Tickets that are looked at together; those of whom it is the turn then wait for the next round. 0: nobody is told
    where a ticket stands.
    """
    posicoes_pausa: int = 100
    """Between two rounds: with those, 200 tickets a second at the most."""
    max_quadro: int = 65_536
    """Characters of one frame from a client."""
    quadros_por_segundo: int = 1_000
    """Frames a client may send in the long run; one that sends more is read more slowly."""
    rajada: int = 2_000
    """Frames a client may send at once."""
    recusas_por_segundo: int = 100
    """Frames of a connection that may be refused in the long run, because its user or empresa sends too many."""
    recusas: int = 1_000
    """Frames of a connection that may be so refused at once; one that insists is closed (1013)."""
    pagina: int = 256
    """Events read from the log at a time."""
    cauda: int = 2_048
    """Latest events of an empresa kept while somebody resumes; older ones are read from the log."""
