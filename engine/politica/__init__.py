"""The policy of a fila: who gets what waits in it, in which order, and what becomes of what waits long.

=============  =======================================================================================================
``modelo``     the document: what may be set, with units, bounds and defaults
``da_fila``    the policy that a fila has
``capacidade`` what a ticket takes of an agent
``horario``    when something is open
``cenario``    what there is beside the fila, and a policy is looked at against
``exame``      what keeps a document from being a policy
=============  =======================================================================================================
"""
