"""Who may connect: by the socket, the user of the operating system that owns the data, and root; nobody else.

``pg_hba.conf`` asks the kernel who is at the other end (``peer``), and ``pg_ident.conf`` says who that may be. A
database from before, whose rules trusted everybody who came to the socket, is converted; rules that somebody added are
left as they are, unless they trust.
https://www.postgresql.org/docs/current/auth-peer.html
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from storage import pastas
from storage.embutido.conta import Conta

_MAPA: Final = "balcao"
_HBA: Final = "pg_hba.conf"
_IDENT: Final = "pg_ident.conf"
_CABECALHO: Final = f"# {_MAPA}: quem o sistema operacional diz que entra; escrito a cada partida"


def fechar(dados: Path, conta: Conta) -> bool:
    """Have the rules of a database be so. Whether something had to be changed, which a running server must be told."""
    mudou = False
    with pastas.aberta(dados, de=conta.uid) as pasta:
        for nome, refazer in ((_HBA, sem_confianca), (_IDENT, lambda texto: com_mapa(texto, conta.nome))):
            antes = pastas.ler(pasta, nome, maximo=1_048_576, donos=(conta.uid,)).decode(errors="surrogateescape")
            depois = refazer(antes)
            if depois != antes:
                pastas.escrever(pasta, nome, depois.encode(errors="surrogateescape"), dono=conta.dono)
                mudou = True
    return mudou


def sem_confianca(regras: str) -> str:
    """The rules, with none that trusts: those of the socket ask the kernel, those of a network are off."""
    return "".join(f"{_regra(linha)}\n" for linha in regras.replace("\\\n", " ").splitlines())


def com_mapa(mapas: str, dono: str) -> str:
    """The maps, with ours as it is to be for a database of ``dono``."""
    outras = [linha for linha in mapas.splitlines() if linha != _CABECALHO and linha.split()[:1] != [_MAPA]]
    nossas = [f'{_MAPA} "{nome}" all' for nome in dict.fromkeys((dono, pastas.nome_do_usuario(0)))]
    return "".join(f"{linha}\n" for linha in (*outras, _CABECALHO, *nossas))


def _regra(linha: str) -> str:
    campos = [campo.strip('"') for campo in linha.partition("#")[0].split()]
    resto = campos[3:]
    if campos[:1] == ["local"] and ("trust" in resto or resto == ["peer"]):
        return f"{linha.split(maxsplit=1)[0]} {' '.join(linha.split()[1:3])} peer map={_MAPA}"
    return f"# sem efeito: {linha}" if "trust" in resto else linha
