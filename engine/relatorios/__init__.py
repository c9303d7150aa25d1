"""Reports: what happened, summed by the hour from the event log, so that any period is a sum of hours.

==============  ==================================================================================================
``medidas``     what is summed, and the number that each has in what is kept
``histograma``  durations in fixed logarithmic classes, which add up over hours
``somas``       sums by cut and hour: how they add, and how they are packed
``estado``      what has to be known of a ticket and of an agent between two events
``fatos``       an event, as far as reports look at it
``semente``     a ticket that is seen first in the middle of its life
``contagem``    one event after the other: from the state and the event to the sums
``jornada``     the time of agents: how long in each estado, how many of their slots were taken
``consulta``    what is asked of a report, and what of that can not be answered
``periodo``     instants and hours in the days of a time zone
``guarda``      what is kept, as who counts and who reads ask for it
``quadro``      the numbers of a line
``leitura``     the answer, put together from the sums of its hours
``folha``       the same as CSV
==============  ==================================================================================================

Nothing here does I/O: ``storage/relatorios.py`` keeps, ``actors/no/relatorios.py`` follows the log. What each number
means is in ``docs/relatorios.md``.
"""
