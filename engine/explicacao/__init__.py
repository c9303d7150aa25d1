"""Why a ticket went where it went, and what one that waits is waiting for, in plain Portuguese.

==============  ====================================================================
``palavras``    how much, how many, who, and what kept somebody away
``margem``      by how much the winner won
``decidido``    a record of a decision in sentences
``vista``       a record of a decision on the wire, with names
==============  ====================================================================
"""
