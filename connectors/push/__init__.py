"""Web Push: the message is sealed for one browser (``_cifra``), signed as ours (``_vapid``) and given to the browser's
push service (``_pedido``, ``_conector``). The key pair is made by ``engine.conector.vapid``.
"""

from connectors.push._conector import CHAVE, ConectorPush

__all__ = ["CHAVE", "ConectorPush"]
