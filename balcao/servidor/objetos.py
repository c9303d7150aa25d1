"""Where files are kept, as the settings say."""

from __future__ import annotations

from balcao.ajustes.campos import Ajustes
from balcao.servidor.banco import conferir_pasta
from storage.arquivos import ArquivosEmObjetos, CredenciaisS3, abrir


async def objetos_de(ajustes: Ajustes) -> ArquivosEmObjetos:
    """Where files are kept, seen to be usable.

    Raises:
        ErroDeUso, FalhaDeArmazenamento: it is not; the message says what to do.
    """
    conferir_pasta(ajustes)
    objetos = abrir(ajustes.url_dos_arquivos, credenciais_de(ajustes))
    await objetos.conferir()
    return objetos


def credenciais_de(ajustes: Ajustes) -> CredenciaisS3:
    return CredenciaisS3(
        chave=ajustes.aws_access_key_id,
        segredo=ajustes.aws_secret_access_key,
        sessao=ajustes.aws_session_token,
        regiao=ajustes.aws_region,
        endereco=ajustes.aws_endpoint,
    )
