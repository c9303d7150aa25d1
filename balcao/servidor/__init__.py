"""The parts put together, started in order and stopped in reverse.

- ``servico``: the life of the server; ``parada``: the wish to stop it, and its deadline.
- ``montagem``: every part, made in order; ``banco``, ``objetos``, ``cofre``: the database, the files and the keys of
  secrets that the settings name.
- ``difusao``: committed events go to every sink; ``identidade``: whose data these are.
"""
