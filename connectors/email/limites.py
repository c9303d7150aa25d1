"""How large, deep and many things may be. What is beyond is cut, and whoever reads the message is told so.

The raw mail is then kept as a file beside the text, so that nothing is lost by it.
"""

from __future__ import annotations

from typing import Final

BRUTO: Final = 25 * 1024 * 1024
"""Bytes of a mail that is read: what large providers let pass. A larger one stays in the mailbox, and is announced."""
ANEXO: Final = BRUTO
"""Bytes of a file that is sent."""
CABECALHOS: Final = 1_000
"""Fields of one header."""
CABECALHO_BYTES: Final = 256 * 1024
"""Of one header block."""
VALOR: Final = 16 * 1024
"""Bytes of one field."""
PROFUNDIDADE: Final = 20
"""Multiparts within multiparts."""
PARTES: Final = 1_000
ARQUIVOS: Final = 100
"""Files of one mail that become messages."""
PARTE_DE_TEXTO: Final = 1024 * 1024
"""Bytes of a text part that are read."""
PAGINA: Final = 1024 * 1024
"""Characters of HTML that are read."""
CONTEUDO: Final = 60_000
"""Characters of ``conteudo``; the engine takes 65,536."""
TEXTO_INTEIRO: Final = 30 * 1024
"""Bytes of ``metadados.textoInteiro``, as JSON."""
METADADOS: Final = 56 * 1024
"""Bytes of ``metadados`` altogether, as JSON; the engine takes 64 KB."""
ID: Final = 400
"""Characters of a Message-ID that is believed. Files add a few, and the engine takes 512."""
REFERENCIAS: Final = 100
ASSUNTO: Final = 500
"""Characters."""
NOME: Final = 200
"""Characters of a person's name."""
NOME_DE_ARQUIVO: Final = 200
