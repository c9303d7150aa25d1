"""Files of messages: received (``_recepcao``, ``_formulario``), looked into (``_tipos`` and what it calls), stored with
their message (``_envio``) and served (``_entrega``).
"""

from web.arquivos._entrega import entregar
from web.arquivos._envio import Anuncio, Arquivos, mesma_empresa
from web.arquivos._recepcao import LimitesDeArquivo
from web.arquivos._tipos import EXTENSOES

__all__ = ["EXTENSOES", "Anuncio", "Arquivos", "LimitesDeArquivo", "entregar", "mesma_empresa"]
