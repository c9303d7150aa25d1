"""The plain WebSocket edge, ``/atendimento/ws``: JSON text frames over ASGI.

A client sends ``{"event","data","ack"?}`` and gets ``{"event","data","seq"?}`` and ``{"ack","data"}``. Its token comes
in the Authorization header, or in a first frame ``autenticar {token, desde?, salas?}``, which later renews it; never
in the URL, which ends up in logs. What the frames do is in :mod:`web.gateway`.

Resuming: a client keeps the highest ``seq`` it saw, also those inside ``connect`` and ``retomado``, and gives it back
as ``desde`` (in ``autenticar``, or ``?desde=N`` beside the header). What it may see of what it missed comes first, then
``retomado {seq}``, then live events. ``resync {seq}`` instead means that the log does not reach back so far: load the
state by REST, and take this ``seq``. Rooms are entered after connecting, so a replay holds the ``nova_mensagem`` of the
tickets it owns and of its filas' unowned ones; those of a room too if ``salas`` names it. To an atendente it holds
nothing of tickets that it may not see any more, but that they were taken from it.

The event ``connect`` holds a ``seq`` too: that of the last event before what follows. Beside the events of the contract
the server sends these, none of which is in the log:

====================  =================================================================================================
event                 data
====================  =================================================================================================
``retomado``          ``{seq}``: the replay that ``desde`` asked for is complete up to there; what follows is live
``resync``            ``{seq}``, instead of ``retomado``: the log does not reach back to ``desde``; what follows is live
``erro``              ``{codigo, message, event, retryAfter?}``: what came without ``ack`` failed; ``event`` is its
                      name, null if unreadable; ``retryAfter`` is in seconds, where it may be tried again
``token_expirando``   ``{expiraEm, segundos}``: send ``autenticar`` with a new token before then, or be closed (4401)
====================  =================================================================================================

=====  ================================================================================================================
code   why the server closes
=====  ================================================================================================================
1002   what came is not WebSocket, or compressed: no compression is agreed
1003   a binary frame
1007   text that is not UTF-8
1008   a message that does not end in time
1009   a message longer than ``AjustesGateway.max_quadro``, or in too many fragments
1011   a bug of ours
1012   the server restarts, or the empresa moved to another: connect again and resume
1013   the empresa cannot be served now, or the replay could not be read; or there are too many connections, too much
       came without a token, or a client went on sending what was refused: connect again in a while
4401   no token in time, a bad one, or it expired
4403   the token is good, but its empresa does not exist here, or its user was deleted or its tokens revoked
4408   the client reads too slowly: connect again and resume
=====  ================================================================================================================

After 1002, 1007, 1008 and 1009 nothing is read any more, and TCP ends within a second (``balcao/porta/quadros.py``).
"""

from web.websocket._borda import BordaWebSocket, FormatoJson

__all__ = ["BordaWebSocket", "FormatoJson"]
