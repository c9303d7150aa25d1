"""SLA: by when somebody is to answer a ticket, and to resolve it.

============  =====================================================================================================
``modelo``    the document that is a policy
``exame``     what keeps one from being one
``escolha``   which policy holds for a ticket
``regra``     a policy with its calendar, as the clock needs it
``estado``    what is kept of a ticket: its targets, and by when each is due
``relogio``   how targets begin, wait, end and are missed
``passagem``  what a change of a ticket means for them
============  =====================================================================================================
"""
