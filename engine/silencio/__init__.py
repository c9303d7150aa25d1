"""Silence, and what is put off: who owes whom an answer, for how long, and what comes of it. Pure.

=============  =================================================================================================
``estado``     what a ticket remembers of it
``modelo``     the rule of an empresa, a document
``exame``      what keeps a rule from being one
``regra``      which rule holds for a ticket
``contato``    the contact is silent: what is due next, and when
``atendente``  the owner is silent: by when it is to answer
``texto``      what the contact is told
``adiamento``  a ticket is put off until later
=============  =================================================================================================
"""
