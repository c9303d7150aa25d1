"""A whole contact centre against a running server, over real HTTP and WebSocket (trio).

- ``modelo``: the plan of a run and what is written down while it happens.
- ``cliente`` and ``ligacao``: the HTTP client and the WebSocket connection, as any client of the API could have them.
- ``contatos``: people who write, at a Poisson rate, and answer back; ``whatsapp``: the same by that channel.
- ``atendentes``: agents who are given tickets, answer and resolve.
- ``painel``: the live view; ``resumo``: what is checked and told at the end.
- ``execucao``: puts a run together.

The client side keeps a ledger of everything the server acknowledged, and asks for all of it at the end.
"""
