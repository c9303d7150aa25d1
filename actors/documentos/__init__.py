"""The documents of an empresa, a part of the Empresa: made, replaced and deleted (``documentos``), at somebody's word
(``comandos``), or because what they name is deleted and something else takes its place (``mensagens``).
"""
