"""The edge of connectors: ``/conectores/ws``, by which they take jobs and hand over what came in, and where they leave
files. Its frames are in :mod:`engine.conector.protocolo`.
"""

from web.conectores._arquivos import CAMINHO_DE_ARQUIVOS, BordaDeArquivos
from web.conectores._borda import CAMINHO, QUADRO_MAXIMO, BordaConectores
from web.conectores._casa import Casa, LerCanais, ObservadorDeConectores
from web.conectores._corpos import CorposDeEventos
from web.conectores._credencial import Reconhecimento, chave_da_instalacao
from web.conectores._fichas import Fichas
from web.conectores._presenca import Presentes
from web.conectores._vigia import Mudanca, VigiaDeCanais

__all__ = [
    "CAMINHO",
    "CAMINHO_DE_ARQUIVOS",
    "QUADRO_MAXIMO",
    "BordaConectores",
    "BordaDeArquivos",
    "Casa",
    "CorposDeEventos",
    "Fichas",
    "LerCanais",
    "Mudanca",
    "ObservadorDeConectores",
    "Presentes",
    "Reconhecimento",
    "VigiaDeCanais",
    "chave_da_instalacao",
]
