from __future__ import annotations

from pathlib import Path

import pytest

from balcao.ajustes.campos import VARIAVEIS, Ajustes
from balcao.ajustes.carga import carregar
from balcao.erros import AjustesInvalidos
from balcao.servidor.montagem import politica_de
from engine.envios.politica import Politica

SEGREDO = "um segredo de teste, comprido o bastante"


def ler(pasta: Path, **ambiente: str) -> Ajustes:
    return carregar({"JWT_SECRET": SEGREDO, **ambiente}, pasta / ".env")


def problemas(pasta: Path, **ambiente: str) -> list[str]:
    with pytest.raises(AjustesInvalidos) as erro:
        ler(pasta, **ambiente)
    return [str(problema) for problema in erro.value.problemas]


def test_without_any_variable_the_defaults_hold(tmp_path: Path) -> None:
    ajustes = ler(tmp_path)
    assert (ajustes.ambiente, ajustes.host, ajustes.port, ajustes.dsn) == ("development", "127.0.0.1", 3001, None)
    assert ajustes.url == "http://127.0.0.1:3001"
    assert ajustes.avisos == ()


def test_the_environment_wins_over_the_file_and_options_win_over_both(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=1\nHOST=0.0.0.0\nLOG_LEVEL=debug\n")
    ajustes = carregar({"JWT_SECRET": SEGREDO, "PORT": "2", "HOST": "::1"}, tmp_path / ".env", {"PORT": "3"})
    assert (ajustes.port, ajustes.host, ajustes.log_level) == (3, "::1", "debug")
    assert ajustes.url == "http://[::1]:3"


def test_an_empty_value_counts_as_absent(tmp_path: Path) -> None:
    assert ler(tmp_path, PORT="", DATABASE_URL="").port == 3001


@pytest.mark.parametrize(
    ("nome", "valor", "qual", "remedio"),
    [
        ("PORT", "30o1", "PORT: '30o1' não é um número inteiro", "use um número de 1 a 65535"),
        ("PORT", "70000", "PORT: 70000 está fora de 1–65535", "o mais próximo permitido é 65535"),
        ("PORT", "0", "PORT: 0 está fora", "o mais próximo permitido é 1"),
        ("DATABASE_PORT", "-5", "DATABASE_PORT: -5 está fora", "o mais próximo permitido é 1"),
        ("LOG_LEVEL", "warnin", "LOG_LEVEL: 'warnin' não é uma das opções", "você quis dizer 'warning'?"),
        ("LOG_LEVEL", "xyz", "LOG_LEVEL: 'xyz' não é uma das opções", "use debug"),
        ("BALCAO_ENV", "producton", "BALCAO_ENV: 'producton' não é uma das opções", "você quis dizer 'production'?"),
        ("NODE_ENV", "developmnt", "NODE_ENV: 'developmnt'", "você quis dizer 'development'?"),
        ("EMPRESAS_AUTO", "talvez", "EMPRESAS_AUTO: 'talvez' não é verdadeiro nem falso", "use true ou false"),
        ("EMPRESAS_AUTO", "flase", "EMPRESAS_AUTO: 'flase'", "você quis dizer 'false'?"),
        ("JWT_EXPIRATION", "7", "JWT_EXPIRATION: '7' não diz a unidade", "você quis dizer 7s"),
        ("JWT_EXPIRATION", "7days", "JWT_EXPIRATION: '7days': não há a unidade 'days'", "você quis dizer 7d?"),
        ("JWT_EXPIRATION", "logo", "JWT_EXPIRATION: 'logo' não é uma duração", "escreva como 30s"),
        ("JANELA_REABERTURA", "0s", "JANELA_REABERTURA: '0s' está fora", "mais que 0"),
        ("GRACA_CONEXAO", "99999d", "GRACA_CONEXAO: '99999d' está fora", "até 3650d"),
        ("FRONTEND_URL", "localhost:3000", "FRONTEND_URL: a URL não começa por", "comece por http://"),
        ("FRONTEND_URL", "http://", "FRONTEND_URL: a URL não diz o servidor", "escreva como http://servidor:porta"),
        ("FRONTEND_URL", "http://a, http://b/app", "FRONTEND_URL: a origem tem mais que", "você quis dizer http://b?"),
        ("LIMITE_USUARIO", "-1", "LIMITE_USUARIO: -1 está fora", "o mais próximo permitido é 0"),
        ("PROXY_CONFIAVEL", "::1, proxy", "PROXY_CONFIAVEL: 'proxy' não é um endereço IP", "10.0.0.0/8"),
        ("DATABASE_URL", "mysql://x/y", "DATABASE_URL: a URL não começa por", "comece por postgresql://"),
        ("DATABASE_URL", "postgres://x:porta/y", "DATABASE_URL: a URL está malformada", "confira a porta"),
        ("BALCAO_DADO", "/x", "BALCAO_DADO: não existe esta variável", "você quis dizer BALCAO_DADOS?"),
        ("BALCAO_PORT", "3001", "BALCAO_PORT: não existe esta variável", "você quis dizer PORT?"),
        ("BALCAO_QUALQUER", "1", "BALCAO_QUALQUER: não existe esta variável", "retire-a"),
    ],
)
def test_a_wrong_value_says_which_why_and_the_nearest_right_one(
    tmp_path: Path, nome: str, valor: str, qual: str, remedio: str
) -> None:
    (problema,) = problemas(tmp_path, **{nome: valor})
    assert problema.startswith(qual)
    assert remedio in problema


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    assert len(problemas(tmp_path, PORT="x", LOG_LEVEL="x", EMPRESAS_AUTO="x")) == 3


def test_every_variable_is_read(tmp_path: Path) -> None:
    """A variable whose reader was forgotten would keep its default whatever is set."""
    valores = {
        "ambiente": ("test", "test"), "host": ("h", "h"), "port": ("7", 7),
        "frontend_url": ("http://f, https://G:443/", ("http://f", "https://g")), "backend_url": ("http://b", "http://b"),
        "database_url": ("postgres://d", "postgres://d"), "database_host": ("db", "db"), "database_port": ("8", 8),
        "database_username": ("u", "u"), "database_password": ("p", "p"), "database_name": ("n", "n"),
        "jwt_secret": (SEGREDO * 2, SEGREDO * 2), "jwt_expiration_ms": ("1h30m", 5_400_000),
        "chaves_dos_segredos": (f"{'A' * 43}=, {'__v_-__7' * 5}__s=", (bytes(32), b"\xff\xfb" * 16)),
        "empresas_auto": ("não", False), "janela_reabertura_ms": ("2d", 172_800_000),
        "graca_conexao_ms": ("500ms", 500), "eventos_guardados_ms": ("90d", 7_776_000_000),
        "decisoes_guardadas_ms": ("2d", 172_800_000), "estados_guardados_ms": ("3d", 259_200_000),
        "envios_guardados_ms": ("1d", 86_400_000), "envio_tentativas": ("7", 7), "envio_recuo_ms": ("3s", 3_000),
        "envio_arrendamento_ms": ("4s", 4_000), "envio_duvida_ms": ("5s", 5_000),
        "conectores": ("não", False), "redes_permitidas": ("10.1.2.3/8", ("10.0.0.0/8",)),
        "whatsapp_phone_number_id": ("1", "1"), "whatsapp_access_token": ("t", "t"),
        "whatsapp_webhook_verify_token": ("v", "v"), "whatsapp_app_secret": ("s", "s"),
        "whatsapp_business_account_id": ("2", "2"), "whatsapp_url_base": ("http://g", "http://g"),
        "limite_usuario": ("1", 1), "limite_empresa": ("2", 2), "limite_endereco": ("0", 0),
        "limite_conexoes": ("3", 3), "limite_conexoes_empresa": ("4", 4),
        "limite_conexoes_total": ("99", 99), "limite_conexoes_endereco": ("3", 3),
        "proxy_confiavel": ("10.1.2.3/8, ::1", ("10.0.0.0/8", "::1/128")),
        "arquivos_url": ("s3://b/p", "s3://b/p"), "arquivo_maximo": ("1024", 1024),
        "arquivos_tipos": ("Estrito", "estrito"),
        "aws_access_key_id": ("k", "k"), "aws_secret_access_key": ("s", "s"), "aws_session_token": ("t", "t"),
        "aws_region": ("r", "r"), "aws_endpoint": ("http://m", "http://m"),
        "metricas_redes": ("10.0.0.0/8", ("10.0.0.0/8",)), "metricas_token": ("m", "m"),
        "no": ("norte", "norte"), "dados": ("/d", Path("/d")), "log_level": ("verbose", "debug"),
    }  # fmt: skip
    assert valores.keys() == VARIAVEIS.keys()
    ajustes = ler(tmp_path, **{VARIAVEIS[campo].nome: texto for campo, (texto, _) in valores.items()})
    assert {campo: getattr(ajustes, campo) for campo in valores} == {
        campo: valor for campo, (_, valor) in valores.items()
    }


# -- the database ------------------------------------------------------------------------------------------------------


def test_the_parts_of_the_database_are_put_together_and_escaped(tmp_path: Path) -> None:
    ajustes = ler(tmp_path, DATABASE_HOST="db", DATABASE_PASSWORD="a/b@c:d", DATABASE_NAME="meu banco")
    assert ajustes.dsn == "postgresql://postgres:a%2Fb%40c%3Ad@db:5432/meu%20banco"


def test_a_database_url_wins_over_the_parts(tmp_path: Path) -> None:
    assert ler(tmp_path, DATABASE_URL="postgres://x/y", DATABASE_HOST="db").dsn == "postgres://x/y"


def test_parts_without_a_host_have_no_effect_and_that_is_said(tmp_path: Path) -> None:
    ajustes = ler(tmp_path, DATABASE_PASSWORD="x")
    assert ajustes.dsn is None
    assert ajustes.avisos == ("DATABASE_PASSWORD sem efeito: falta DATABASE_HOST",)


def test_names_of_the_mission_without_a_use_yet_are_accepted_and_that_is_said(tmp_path: Path) -> None:
    (aviso,) = ler(tmp_path, REDIS_HOST="localhost").avisos
    assert aviso.startswith("REDIS_HOST")


def test_a_misspelt_name_in_the_file_is_pointed_out(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DATABASE_ULR=x\nOUTRA_COISA=y\n")
    assert ler(tmp_path).avisos == (".env: DATABASE_ULR não é usada; você quis dizer DATABASE_URL?",)


def test_a_misspelt_name_in_the_environment_is_pointed_out_too(tmp_path: Path) -> None:
    avisos = ler(tmp_path, DATABSE_URL="postgresql://db/x", HOSTNAME="ana", PORTS="1", HOSTTYPE="x").avisos
    assert avisos == ("ambiente: DATABSE_URL não é usada; você quis dizer DATABASE_URL?",)


def test_production_warns_of_its_own_postgres_and_of_addresses_that_only_this_machine_reaches(tmp_path: Path) -> None:
    proprio, endereco = ler(tmp_path, BALCAO_ENV="production", JWT_SECRET=SEGREDO * 2).avisos
    assert "PostgreSQL próprio" in proprio
    assert "BACKEND_URL" in endereco
    certo = {"DATABASE_URL": "postgresql://db/x", "BACKEND_URL": "https://api.exemplo.com"}
    assert ler(tmp_path, BALCAO_ENV="production", JWT_SECRET=SEGREDO * 2, **certo).avisos == ()
    for local in ("http://localhost:3001", "http://127.8.8.8", "http://[::1]:3001"):
        (aviso,) = ler(
            tmp_path, BALCAO_ENV="production", JWT_SECRET=SEGREDO * 2, **certo | {"BACKEND_URL": local}
        ).avisos
        assert local in aviso
    assert ler(tmp_path, BALCAO_ENV="development", JWT_SECRET=SEGREDO * 2).avisos == ()


@pytest.mark.parametrize(
    ("variaveis", "dito"),
    [
        (
            {"DATABASE_URL": "postgresql://ana:s3gr3do@db.exemplo:6432/loja"},
            "loja em db.exemplo:6432, usuário ana (DATABASE_URL)",
        ),
        ({"DATABASE_URL": "postgresql:///loja?host=/run/pg&user=ana"}, "loja em /run/pg, usuário ana (DATABASE_URL)"),
        (
            {"DATABASE_HOST": "db", "DATABASE_PASSWORD": "s3gr3do"},
            "balcao em db:5432, usuário postgres (DATABASE_HOST, DATABASE_PORT e DATABASE_NAME)",
        ),
        ({"BALCAO_DADOS": "/d"}, "o PostgreSQL próprio de /d"),
    ],
)
def test_the_database_is_named_without_its_password(tmp_path: Path, variaveis: dict[str, str], dito: str) -> None:
    assert ler(tmp_path, JWT_SECRET=SEGREDO * 2, **variaveis).banco == dito


# -- the secret --------------------------------------------------------------------------------------------------------


def test_development_makes_a_secret_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    ambiente = {"BALCAO_DADOS": str(tmp_path / "dados")}
    primeiro = carregar(ambiente, tmp_path / ".env").jwt_secret
    assert len(primeiro) >= 32
    assert carregar(ambiente, tmp_path / ".env").jwt_secret == primeiro
    assert (tmp_path / "dados" / "jwt_secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("ambiente", [{"BALCAO_ENV": "production"}, {"NODE_ENV": "production"},
                                      {"BALCAO_ENV": "development", "NODE_ENV": "production"}])  # fmt: skip
def test_production_refuses_to_start_without_a_secret(tmp_path: Path, ambiente: dict[str, str]) -> None:
    with pytest.raises(AjustesInvalidos, match="JWT_SECRET: obrigatória em production"):
        carregar(ambiente, tmp_path / ".env")


def test_production_refuses_a_short_secret(tmp_path: Path) -> None:
    (problema,) = problemas(tmp_path, BALCAO_ENV="production", JWT_SECRET="curto")
    assert "tem 5 bytes e production exige 32" in problema
    assert "curto" not in problema


def test_a_truncated_secret_file_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "jwt_secret").write_text("abc")
    with pytest.raises(AjustesInvalidos, match="truncado — apague o arquivo"):
        carregar({"BALCAO_DADOS": str(tmp_path)}, tmp_path / ".env")


def test_nothing_is_written_while_something_else_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(AjustesInvalidos):
        carregar({"BALCAO_DADOS": str(tmp_path / "dados"), "PORT": "x"}, tmp_path / ".env")
    assert not (tmp_path / "dados").exists()


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    ajustes = ler(tmp_path, DATABASE_URL="postgres://u:senha@x/y", DATABASE_PASSWORD="senha")
    assert SEGREDO not in repr(ajustes)
    assert "senha" not in repr(ajustes)
    (problema,) = problemas(tmp_path, DATABASE_URL="mysql://u:senha@x/y")
    assert "senha" not in problema


def test_how_often_and_how_long_channels_try_is_set(tmp_path: Path) -> None:
    assert politica_de(ler(tmp_path)) == Politica()
    ambiente = {"ENVIO_TENTATIVAS": "5", "ENVIO_RECUO": "1s", "ENVIO_ARRENDAMENTO": "2m", "ENVIO_DUVIDA": "3m"}
    assert politica_de(ler(tmp_path, **ambiente)) == Politica(
        tentativas=5, recuo=1_000, arrendamento=120_000, espera_status=180_000
    )
