"""The Socket.IO edge: protocol 5 on Engine.IO 4, over WebSocket and long polling, namespace ``/atendimento``.

What ``socket.io-client`` 4 speaks (https://socket.io/docs/v4/socket-io-protocol/ and …/engine-io-protocol/). The
packets are read and written with the classes of python-socketio and python-engineio; the transport is our own, because
it writes frames that are encoded once for everybody, and bounds every queue::

    ASGI ─► BordaSocketIO ─► Sessao (Engine.IO: one client, whatever carries it) ─► Soquete (the namespace) ─► Recepcao
                              ├─ by WebSocket: web.soquetes.saidas
                              └─ by polling: a bounded queue, taken by the next GET

The token comes in the ``auth`` option (``{token, desde?, salas?}``) or in the Authorization header; a bad one is
refused with ``connect_error``, whose ``data.codigo`` says why. Durable events go out as ``(data, seq)``: a listener
written for one argument does not see the second. The gateway's ``connect`` is called ``connected`` here.
``token_expirando`` comes before a token expires; the event ``autenticar {token}`` renews it.

When the server means the client to come back (restart, slow reader), it says ``fechamento {codigo, motivo}`` and closes
the transport, so that the client connects again by itself; when it must not (its token expired), it disconnects the
namespace, and the client stays out until it is told to connect.

A client outside of the namespace, before it comes in or after it left, has ``prazo_autenticacao`` to enter it, and ends
then; by polling too, whether a GET is held or not.
"""

from web.socketio._ajustes import AjustesSocketIO
from web.socketio._borda import CAMINHO, BordaSocketIO

__all__ = ["CAMINHO", "AjustesSocketIO", "BordaSocketIO"]
