"""Why a ticket went where it went, and what one that waits is waiting for, in plain Portuguese.

==============  ====================================================================
``palavras``    how much, how many, who, and what kept somebody away
``margem``      by how much the winner won
``decidido``    a record of a decision in sentences
``espera``      what a ticket waits for, in sentences and on the wire
``vista``       a record of a decision on the wire, with names
==============  ====================================================================
"""
