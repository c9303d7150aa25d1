"""Notices to the people of an empresa: what happens, who is told, by what, when, and in which words.

===================  ==============================================================================================
``modelo``           the documents: a rule, a template, what somebody prefers
``exame``            what keeps one of them from being what it says
``ocorrencias``      from an event of the log to what there is to be told of it
``quem``             who is told, and who never is
``quando``           quiet hours and digests: at once, or when
``limites``          how much anybody is told in an hour
``palavras``         the words of a notice: variables, templates, and those of the house
``resumo``           the words of a digest
``padroes``          the rules that hold where an empresa has none
===================  ==============================================================================================

All of it is pure. Who keeps the state is :mod:`actors.diretorio.avisos`.
"""
