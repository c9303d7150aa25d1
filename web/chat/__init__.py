"""The web chat, the server's side: visitors of a site write by a canal of tipo ``webchat``, with no token of ours.

::

    page ── POST /webchat/<canal>/… ──► BordaDoChat ──┐
    page ── WS /webchat/ws ───────────► BordaDoSoquete ├─► Atendimento ─► node, reader
    committed events ─────────────────► Conversas ─────┘   (wakes the sockets, which read what is new)

=================  ===================================================================================================
``Lacre``          seals what a visitor is given: its session, cursors, names of files; it tells nothing of the empresa
``CanaisDoChat``   what a canal is set to, and which pages may use it
``Atendimento``    what a visitor may ask: write, read, say that it has read
``Conversas``      the event sink: whose socket an event concerns
``Presenca``       one socket: from a cursor to live, by reading
``Lugares``        how many sockets there may be, of whom
``Limites``        how fast
=================  ===================================================================================================

What a visitor reads is always read from the store, after a place that its cursor names; an event only says that there
is something to read. So what was missed and what is live are the same path, and nothing comes twice or not at all.
"""

from web.chat._ajustes import AjustesDoChat
from web.chat._atendimento import Leitor as LeitorDoChat
from web.chat._conversas import Conversas
from web.chat._montagem import Chat, ligar_chat

__all__ = ["AjustesDoChat", "Chat", "Conversas", "LeitorDoChat", "ligar_chat"]
