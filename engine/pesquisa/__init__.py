"""Surveys: after a ticket is resolved its contact is asked one question by its channel.

============  =====================================================================================================
``modelo``    the document: what is asked, of which tickets, and for how long an answer counts
``leitura``   what note a text is, if it is one
``estado``    what is kept of it with a ticket
``regra``     what becomes of that: asked, answered, commented, over
``exame``     what is wrong with a document
============  =====================================================================================================
"""
