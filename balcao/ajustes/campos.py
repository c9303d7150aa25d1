"""The settings: one Struct with every name, unit and default.

Each field says its environment variable, how it is read and what it means. A value comes from the environment, or else
from the ``.env`` file of the current folder, or else is the default here; an empty value counts as absent. Durations
are written ``7d``, ``24h``, ``15m``, ``30s`` or ``500ms`` and kept in milliseconds.

Secrets never appear in a ``repr``, a message or a log line.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, get_type_hints
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from msgspec import Struct

from balcao.ajustes.leitores import (
    Leitor,
    booleano,
    chaves,
    duracao,
    escolha,
    inteiro,
    lista,
    origem,
    pasta,
    rede,
    texto,
    url,
)
from engine.conector.redes import RegrasDeRede, regras
from storage.cofre import BYTES_DA_CHAVE

Ambiente = Literal["development", "production", "test"]
NivelLog = Literal["debug", "info", "warning", "error"]
TiposDeArquivo = Literal["todos", "estrito"]

AMBIENTES: Final = {
    "development": "development",
    "dev": "development",
    "production": "production",
    "prod": "production",
    "test": "test",
}
_TIPOS_DE_ARQUIVO: Final = {"todos": "todos", "estrito": "estrito"}
_NIVEIS: Final = {
    "debug": "debug",
    "verbose": "debug",
    "info": "info",
    "log": "info",
    "warn": "warning",
    "warning": "warning",
    "error": "error",
    "fatal": "error",
}
_LIMITE: Final = inteiro(0, 1_000_000)


class Variavel(Struct, frozen=True):
    """Where a setting comes from: its environment variable, its reader, and what it means (in Portuguese: it is shown
    to people). ``segredo``: the value is never shown.
    """

    nome: str
    ler: Leitor
    sobre: str
    segredo: bool = False


class Ajustes(Struct, frozen=True, kw_only=True):
    """Every setting of Balcão. Make it with :func:`balcao.ajustes.carga.carregar`."""

    ambiente: Annotated[
        Ambiente, Variavel("BALCAO_ENV", escolha(AMBIENTES), "development, test ou production; NODE_ENV também vale")
    ] = "development"
    host: Annotated[str, Variavel("HOST", texto, "endereço em que o servidor escuta")] = "127.0.0.1"
    port: Annotated[int, Variavel("PORT", inteiro(1, 65_535), "porta em que o servidor escuta")] = 3001
    no: Annotated[str | None, Variavel("BALCAO_NO", texto, "nome deste nó, onde há vários; sem ela, o da máquina")] = (
        None
    )
    frontend_url: Annotated[
        tuple[str, ...],
        Variavel("FRONTEND_URL", lista(origem), "origens dos navegadores que podem chamar a API, entre vírgulas"),
    ] = ("http://localhost:3000",)
    backend_url: Annotated[
        str | None, Variavel("BACKEND_URL", url("http", "https"), "endereço público do servidor, mostrado ao iniciar")
    ] = None
    database_url: Annotated[
        str | None,
        Variavel("DATABASE_URL", url("postgresql", "postgres"), "PostgreSQL; sem ela, DATABASE_HOST", segredo=True),
    ] = None
    database_host: Annotated[
        str | None, Variavel("DATABASE_HOST", texto, "servidor PostgreSQL; sem ele, um embutido em BALCAO_DADOS")
    ] = None
    database_port: Annotated[int, Variavel("DATABASE_PORT", inteiro(1, 65_535), "porta do PostgreSQL")] = 5432
    database_username: Annotated[str, Variavel("DATABASE_USERNAME", texto, "usuário do PostgreSQL")] = "postgres"
    database_password: Annotated[
        str | None, Variavel("DATABASE_PASSWORD", texto, "senha do PostgreSQL", segredo=True)
    ] = None
    database_name: Annotated[str, Variavel("DATABASE_NAME", texto, "banco do PostgreSQL")] = "balcao"
    jwt_secret: Annotated[
        str,
        Variavel("JWT_SECRET", texto, "chave HS256 dos tokens, de 32 bytes; obrigatória em production", segredo=True),
    ]
    jwt_expiration_ms: Annotated[int, Variavel("JWT_EXPIRATION", duracao, "validade dos tokens emitidos")] = 604_800_000
    chaves_dos_segredos: Annotated[
        tuple[bytes, ...],
        Variavel(
            "CHAVE_DOS_SEGREDOS",
            chaves(BYTES_DA_CHAVE),
            "cifra os segredos dos canais: 32 bytes em Base64, e as de antes depois dela, entre vírgulas; sem ela, uma "
            "em BALCAO_DADOS",
            segredo=True,
        ),
    ] = ()
    empresas_auto: Annotated[
        bool, Variavel("EMPRESAS_AUTO", booleano, "cria a empresa no primeiro token válido dela")
    ] = True
    janela_reabertura_ms: Annotated[
        int, Variavel("JANELA_REABERTURA", duracao, "até quando uma mensagem reabre um ticket resolvido")
    ] = 86_400_000
    graca_conexao_ms: Annotated[
        int, Variavel("GRACA_CONEXAO", duracao, "espera antes de dar por ausente quem perdeu a conexão")
    ] = 30_000
    eventos_guardados_ms: Annotated[
        int, Variavel("EVENTOS_GUARDADOS", duracao, "até quando um cliente retoma os eventos que perdeu")
    ] = 2_592_000_000
    envios_guardados_ms: Annotated[
        int, Variavel("ENVIOS_GUARDADOS", duracao, "até quando se guarda o registro de um envio já feito")
    ] = 604_800_000
    decisoes_guardadas_ms: Annotated[
        int, Variavel("DECISOES_GUARDADAS", duracao, "até quando se guarda por que cada ticket foi para quem foi")
    ] = 7_776_000_000
    estados_guardados_ms: Annotated[
        int, Variavel("ESTADOS_GUARDADOS", duracao, "até quando se guarda a linha do tempo de cada atendente")
    ] = 34_560_000_000
    envio_tentativas: Annotated[
        int, Variavel("ENVIO_TENTATIVAS", inteiro(1, 100), "falhas depois das quais não se tenta mais um envio")
    ] = 3
    envio_recuo_ms: Annotated[
        int, Variavel("ENVIO_RECUO", duracao, "espera depois da primeira falha de um envio; dobra a cada outra")
    ] = 2_000
    envio_arrendamento_ms: Annotated[
        int, Variavel("ENVIO_ARRENDAMENTO", duracao, "quanto um conector tem para responder por um envio")
    ] = 60_000
    envio_duvida_ms: Annotated[
        int, Variavel("ENVIO_DUVIDA", duracao, "espera por notícia de um envio em dúvida antes de mandar de novo")
    ] = 60_000
    limite_usuario: Annotated[
        int, Variavel("LIMITE_USUARIO", _LIMITE, "requisições e quadros por segundo de cada usuário; 0: sem limite")
    ] = 100
    limite_empresa: Annotated[
        int, Variavel("LIMITE_EMPRESA", _LIMITE, "requisições e quadros por segundo de cada empresa; 0: sem limite")
    ] = 2000
    limite_endereco: Annotated[
        int, Variavel("LIMITE_ENDERECO", _LIMITE, "requisições por segundo, sem token válido, de cada endereço")
    ] = 50
    limite_conexoes: Annotated[
        int, Variavel("LIMITE_CONEXOES", _LIMITE, "conexões em tempo real abertas de cada usuário; 0: sem limite")
    ] = 2000
    limite_conexoes_empresa: Annotated[
        int,
        Variavel(
            "LIMITE_CONEXOES_EMPRESA", _LIMITE, "conexões de cada empresa, até três quartos de todas; 0: sem limite"
        ),
    ] = 15_000
    limite_conexoes_total: Annotated[
        int, Variavel("LIMITE_CONEXOES_TOTAL", inteiro(16, 1_000_000), "conexões TCP abertas, de todos os clientes")
    ] = 20_000
    limite_conexoes_endereco: Annotated[
        int,
        Variavel(
            "LIMITE_CONEXOES_ENDERECO",
            _LIMITE,
            "conexões TCP abertas, sem token válido, de cada endereço; 0: sem limite",
        ),
    ] = 1_024
    conectores: Annotated[
        bool, Variavel("CONECTORES", booleano, "inicia com o servidor o processo que fala com WhatsApp, e-mail e SMS")
    ] = True
    whatsapp_phone_number_id: Annotated[
        str | None,
        Variavel("WHATSAPP_PHONE_NUMBER_ID", texto, "número (id) do canal WhatsApp da única empresa da instalação"),
    ] = None
    whatsapp_access_token: Annotated[
        str | None, Variavel("WHATSAPP_ACCESS_TOKEN", texto, "token da Cloud API desse canal", segredo=True)
    ] = None
    whatsapp_webhook_verify_token: Annotated[
        str | None,
        Variavel("WHATSAPP_WEBHOOK_VERIFY_TOKEN", texto, "token com que a Meta confirma o webhook", segredo=True),
    ] = None
    whatsapp_app_secret: Annotated[
        str | None,
        Variavel("WHATSAPP_APP_SECRET", texto, "segredo do aplicativo: sem ele nenhum webhook é aceito", segredo=True),
    ] = None
    whatsapp_business_account_id: Annotated[
        str | None, Variavel("WHATSAPP_BUSINESS_ACCOUNT_ID", texto, "conta (WABA) desse canal, de onde vêm os modelos")
    ] = None
    whatsapp_url_base: Annotated[
        str | None,
        Variavel(
            "WHATSAPP_URL_BASE", url("http", "https"), "outra Graph API, como a de balcao fakes; sem ela, a da Meta"
        ),
    ] = None
    redes_permitidas: Annotated[
        tuple[str, ...],
        Variavel(
            "REDES_PERMITIDAS",
            lista(rede),
            "redes internas (CIDR) que canais e webhooks podem chamar; production: nenhuma",
        ),
    ] = ()
    proxy_confiavel: Annotated[
        tuple[str, ...],
        Variavel("PROXY_CONFIAVEL", lista(rede), "proxies (endereços ou CIDR) em cujo X-Forwarded-For se confia"),
    ] = ()
    metricas_redes: Annotated[
        tuple[str, ...],
        Variavel("METRICAS_REDES", lista(rede), "redes (CIDR) que podem ler /metrics; sem ela, só esta máquina"),
    ] = ("127.0.0.0/8", "::1/128")
    metricas_token: Annotated[
        str | None, Variavel("METRICAS_TOKEN", texto, "quem o manda (Bearer) lê /metrics de onde for", segredo=True)
    ] = None
    dados: Annotated[Path, Variavel("BALCAO_DADOS", pasta, "pasta dos dados locais")] = Path(".balcao")
    arquivos_url: Annotated[
        str | None,
        Variavel("ARQUIVOS_URL", texto, "onde guardar arquivos: file:///pasta ou s3://bucket; sem ela, BALCAO_DADOS"),
    ] = None
    arquivo_maximo: Annotated[
        int, Variavel("ARQUIVO_MAXIMO", inteiro(1, 1_073_741_824), "bytes do maior arquivo que se aceita")
    ] = 16_777_216
    arquivos_tipos: Annotated[
        TiposDeArquivo,
        Variavel(
            "ARQUIVOS_TIPOS", escolha(_TIPOS_DE_ARQUIVO), "todos (menos programas e páginas) ou estrito (uma lista)"
        ),
    ] = "todos"
    aws_access_key_id: Annotated[
        str | None, Variavel("AWS_ACCESS_KEY_ID", texto, "chave do S3; sem ela, a da máquina ou do contêiner")
    ] = None
    aws_secret_access_key: Annotated[
        str | None, Variavel("AWS_SECRET_ACCESS_KEY", texto, "segredo da chave do S3", segredo=True)
    ] = None
    aws_session_token: Annotated[
        str | None, Variavel("AWS_SESSION_TOKEN", texto, "sessão da chave do S3, se for temporária", segredo=True)
    ] = None
    aws_region: Annotated[str | None, Variavel("AWS_REGION", texto, "região do bucket")] = None
    aws_endpoint: Annotated[
        str | None, Variavel("AWS_ENDPOINT", url("http", "https"), "servidor S3 que não é o da AWS, como o MinIO")
    ] = None
    log_level: Annotated[NivelLog, Variavel("LOG_LEVEL", escolha(_NIVEIS), "debug, info, warn ou error")] = "info"
    avisos: tuple[str, ...] = ()
    jwt_secret_de: str = ""
    """Which secret that is, to be told to people."""

    def __repr__(self) -> str:
        """Every field but the secrets."""
        return f"Ajustes({', '.join(f'{campo}={valor!r}' for campo, valor in self.__rich_repr__())})"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        valores = ((campo, getattr(self, campo)) for campo in self.__struct_fields__)
        return [(campo, "…" if valor is not None and _e_segredo(campo) else valor) for campo, valor in valores]

    @property
    def producao(self) -> bool:
        return self.ambiente == "production"

    @property
    def redes_dos_conectores(self) -> tuple[str, ...]:
        """The networks of its own that connectors may call. Who tries things out has its providers on this machine."""
        if self.redes_permitidas or self.producao:
            return self.redes_permitidas
        return ("127.0.0.0/8", "::1/128")

    @property
    def regras_dos_conectores(self) -> RegrasDeRede:
        """What connectors may call of what others name: the public internet, and those networks at any port."""
        return regras(self.redes_dos_conectores, redes_inteiras=True, da_casa=self.portas_da_casa)

    @property
    def portas_da_casa(self) -> tuple[int, ...]:
        """The ports that we ourselves are at, and our database: on this machine nobody has us call them."""
        return (self.port,) if self.dsn is None else (self.port, urlsplit(self.dsn).port or 5432)

    @property
    def nome_do_no(self) -> str:
        """What people call this node."""
        return self.no or socket.gethostname()

    @property
    def dsn(self) -> str | None:
        """The PostgreSQL to use; None for the embedded one."""
        if self.database_url is not None or self.database_host is None:
            return self.database_url
        senha = "" if self.database_password is None else f":{quote(self.database_password, safe='')}"
        usuario = quote(self.database_username, safe="")
        banco = quote(self.database_name, safe="")
        return f"postgresql://{usuario}{senha}@{_no_endereco(self.database_host)}:{self.database_port}/{banco}"

    @property
    def banco(self) -> str:
        """Which database it is, for people: without what is secret in its address."""
        if self.dsn is None:
            return f"o PostgreSQL próprio de {self.dados}"
        partes = urlsplit(self.dsn)
        consulta = dict(parse_qsl(partes.query))
        host = consulta.get("host") or partes.netloc.rpartition("@")[2] or "localhost"
        nome = partes.path.lstrip("/") or consulta.get("dbname") or "(sem nome)"
        usuario = partes.username or consulta.get("user") or "(sem usuário)"
        onde = "DATABASE_URL" if self.database_url is not None else "DATABASE_HOST, DATABASE_PORT e DATABASE_NAME"
        return f"{unquote(nome)} em {host}, usuário {unquote(usuario)} ({onde})"

    @property
    def url_dos_arquivos(self) -> str:
        """Where files are kept."""
        return self.arquivos_url or (self.dados / "arquivos").absolute().as_uri()

    @property
    def url(self) -> str:
        """Where this machine reaches the server."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://{_no_endereco(host)}:{self.port}"


VARIAVEIS: Final[Mapping[str, Variavel]] = {
    campo: dica.__metadata__[0]
    for campo, dica in get_type_hints(Ajustes, include_extras=True).items()
    if hasattr(dica, "__metadata__")
}
"""The settings, by field name, in the order they are documented."""


def _e_segredo(campo: str) -> bool:
    return campo in VARIAVEIS and VARIAVEIS[campo].segredo


def _no_endereco(host: str) -> str:
    return f"[{host}]" if ":" in host else host
