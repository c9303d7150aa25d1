"""The settings.

- ``campos``: one Struct with every name, unit and default. ``leitores``: from a text to a value.
- ``carga``: reads them from the environment and from ``.env`` (``dotenv``); ``nomes`` finds misspelt ones.
- ``segredo``: the key that signs tokens; ``de_fora``: what of all that would let strangers in.
"""
