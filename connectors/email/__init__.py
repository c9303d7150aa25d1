"""The e-mail channel: SMTP out, IMAP in.

=================  ====================================================================================
``conector``       the channel itself: what the host runs
``configuracao``   what the canal's config says, checked
*reading*
``mime``           raw bytes into parts, within ``limites``; ``palavras`` and ``parametros`` read fields
``carta``          a mail as it was understood; ``corpo`` its text, ``pagina`` its HTML
``citacao``        the text without history and signature
``triagem``        message, report or nothing: ``automatico`` (``assuntos``), ``devolucao`` (``codigos``),
                   ``marcas``, ``ritmo``
``entrada``        the messages of a mail; ``imagens`` says which pictures are none
*sending*
``montar``         a message into bytes; ``lembrados`` knows what the mail that it answers was called
``smtp``           the protocol, on trio; ``conexoes`` keeps connections; ``respostas`` classifies answers
*the mailbox*
``caixa``          one IMAP session, in a thread (``sessao_imap``); ``leitor`` reads with it; ``carteiro`` hands over
``exame``          what is wrong with a canal, in words
=================  ====================================================================================
"""

from __future__ import annotations

from connectors.email.conector import ConectorEmail

__all__ = ["ConectorEmail"]
