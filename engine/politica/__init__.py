"""The policy of a fila: who gets what waits in it, in which order, and what becomes of what waits long.

================  ====================================================================================================
``modelo``        the document: what may be set, with units, bounds and defaults
``da_fila``       the policy that a fila has
``trocas``        what it names, and what it is when another takes its place
``documento``     a policy as text, and what differs between two
``capacidade``    what a ticket takes of an agent
``habilidades``   by which name two skills are the same, and how well somebody has them
``horario``       when something is open
``cenario``       what there is beside the fila, and a policy is looked at against
``exame``         what keeps a document from being a policy
``verificacao``   the linter: what can be, but is hardly meant
``aviso``         a warning of the linter; the rules are in ``avisos_…``
================  ====================================================================================================
"""
