"""The front door: from the listening socket to a request that the application may read.

- ``escuta``, ``descritores``: the socket that listens, and how many may be open.
- ``porta``: accepts, and stops without anybody holding it up; ``catraca`` counts who is in, and says who has to go.
- ``conexao``: one client's connection, its timer, what is written to it.
- ``guarda``, ``http11``, ``pedacos``: a head is looked at, then read; chunked bodies are read strictly.
- ``quadros``: the frames of a WebSocket, counted and bounded.
- ``recebimento``: what waits for the application.
- ``recusas``: answers to what does not reach it.
- ``configuracao``: how Hypercorn is set up; ``encaixe``: what of it all this leans on, looked at before the port opens.
- ``log_contido``: warnings that may come a thousand times a second.
"""
