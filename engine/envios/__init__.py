"""The outbox, as plain rules: what becomes of a job, when it is tried again, and who is served next.

===============  =================================================================================================
``estados``      which state follows which
``politica``     how often and how long something is tried
``desfechos``    what a job becomes, by what its connector answered
``raias``        the lanes: one contact after the other, and how fast
``disjuntor``    the circuit breaker of a channel
===============  =================================================================================================
"""
