"""Quick replies: texts with variables, that an agent calls by a shortcut.

================  =================================================================================================
``modelo``        the document
``exame``         what keeps a document from being one
``preenchimento`` its text, for a ticket
``busca``         which of them somebody looks for
================  =================================================================================================
"""
