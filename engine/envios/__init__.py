"""The outbox, as plain rules: what becomes of a job, when it is tried again, and who is served next.

===============  =================================================================================================
``estados``      which state follows which
``politica``     how often and how long something is tried
``desfechos``    what a job becomes, by what its connector answered
``respostas``    whose answer counts, and one that comes late or again
``noticias``     what a job becomes, by what its provider says of it later
``antecipados``  what a provider says before it is known of what
``raias``        the lanes: one contact after the other, and how fast
``disjuntor``    the circuit breaker of a channel
===============  =================================================================================================
"""
