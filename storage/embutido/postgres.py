"""The server of a folder: started, joined, stopped by the last who uses it.

The folder holds ``pg`` (the data, or a link to it: ``lugar``), ``postgres.log`` and the locks (``travas``).
"""

from __future__ import annotations

import logging
import os
import shlex
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

from storage import pastas
from storage.embutido import criacao, hba, lugar, processo, soquete, travas
from storage.embutido.conta import Conta, conta_de
from storage.embutido.processo import Postmaster
from storage.embutido.programas import Programas, motivo
from storage.erros import EmbutidoFalhou

log = logging.getLogger(__name__)

_BANCO: Final = "balcao"
_PARTIDA_S: Final = 300
"""How long crash recovery may take: it replays up to ``max_wal_size`` of log."""
_PARADA_S: Final = 30
_SOBRAS_S: Final = 15
"""How long the children of a killed server may still work on its files."""
_REGISTRO: Final = "postgres.log"
_DEMORA_S: Final = 5.0
"""After so long, that it is waited for is said."""


class PostgresEmbutido:
    """The server of one folder. Starting one that already runs there is joining it."""

    def __init__(self, pasta: Path) -> None:
        self._pasta = pasta.expanduser().absolute()
        self._log = self._pasta / _REGISTRO
        self._uso: IO[bytes] | None = None

    def iniciar(self) -> str:
        """Start the server (or join the one that runs on this folder) and return its DSN.

        Blocks: a second on a new folder, up to minutes if a crash left much to recover.

        Raises:
            EmbutidoFalhou: it cannot run here; the message says why and what to do.
        """
        with self._travada(criar=True) as pasta:
            antes = self._uso
            if antes is None:  # first: what is started and not used would run for ever
                self._uso = os.fdopen(travas.usar(pasta), "rb")
            try:
                return _dsn(self._por_no_ar(pasta)[0])
            except BaseException:
                if antes is None:
                    self._largar()
                raise

    def religar(self) -> bool:
        """Have it run again after it died; False if another process did so meanwhile. Raises what :meth:`iniciar` does,
        also if the data are not there any more: an empty database would not be what it was.
        """
        with self._travada() as pasta:
            if lugar.achar(self._pasta) is None:
                raise EmbutidoFalhou("embutido_sumiu", f"O banco de {self._pasta} não está mais lá; traga-o de volta")
            return self._por_no_ar(pasta)[1]

    def parar(self) -> None:
        """Stop the server, unless another process uses it too. Does nothing if it does not run."""
        if not (self._pasta / "pg").exists():
            return
        with self._travada() as pasta:
            self._largar()
            if travas.em_uso(pasta, travas.USO):
                return
            servidor = self._servidor()
            if servidor is None:
                return
            with servidor:
                onde = processo.soquete_de(servidor, lugar.lugar_de(self._pasta))
                for sinal in (signal.SIGINT, signal.SIGQUIT):  # fast: transactions are undone; immediate: left to do
                    servidor.enviar(sinal)
                    if servidor.esperar(_PARADA_S):
                        soquete.desfazer(onde)
                        return
        raise EmbutidoFalhou(
            "embutido_nao_parou",
            f"O PostgreSQL embutido não parou em {2 * _PARADA_S} s; veja {self._log} e encerre o processo",
        )

    def _largar(self) -> None:
        if self._uso is not None:
            self._uso.close()
            self._uso = None

    def no_ar(self) -> str | None:
        """The DSN of the server that runs on this folder, if one does. Looks only: nothing is made or changed.

        Raises:
            EmbutidoFalhou: it does not answer, or the folder is not what it should be; the message says what to do.
        """
        with _explicada(self._pasta):
            servidor = self._servidor()
            if servidor is None:
                return None
            with servidor:
                onde = processo.soquete_de(servidor, lugar.lugar_de(self._pasta))
        if onde is None:
            raise EmbutidoFalhou(
                "embutido_sem_resposta",
                f"O PostgreSQL embutido (pid {servidor.pid}) ainda não responde; veja {self._log}: pode estar se "
                "recuperando",
            )
        return _dsn(onde)

    def existe(self) -> bool:
        """Whether the folder has a database. Raises what :meth:`no_ar` does."""
        with _explicada(self._pasta):
            return lugar.achar(self._pasta) is not None

    def esperar_fim(self, aviso: int) -> bool:
        """Wait until the server is gone: True. ``aviso`` is a descriptor that ends the waiting once it can be read:
        False.
        """
        with _explicada(self._pasta):
            servidor = self._servidor()
            if servidor is None:
                return True
            with servidor:
                return servidor.esperar(None, aviso)

    # --- the folder

    @contextmanager
    def _travada(self, *, criar: bool = False) -> Iterator[int]:
        """The data folder, while nobody else starts or stops its server."""
        with _explicada(self._pasta), pastas.dos_dados(self._pasta, criar=criar) as pasta, travas.partida(pasta):
            yield pasta

    def _preparar(self) -> tuple[Path, Conta]:
        """The folder of the data, with a database in it, and who runs it."""
        estado = lugar.achar(self._pasta)
        conta = conta_de(estado)
        if estado is None:
            dados = lugar.escolher(self._pasta, conta)
            criacao.criar(self._pasta, dados, conta)
        else:
            criacao.conferir_versao(self._pasta / "pg")
            dados = lugar.exigir(self._pasta, estado, conta)
        lugar.marcar(self._pasta, conta)
        return dados, conta

    # --- the server

    def _por_no_ar(self, pasta: int) -> tuple[str, bool]:
        """The socket's folder, once the server answers there; and whether it was us who started it. It is started as
        often as it turns out not to run: what looked like a server may be stopping.
        """
        dados, conta = self._preparar()
        programas = Programas(conta)
        mudou = hba.fechar(dados, conta)
        ligado, avisado, inicio = False, False, time.monotonic()
        while time.monotonic() - inicio < _PARTIDA_S:
            servidor = processo.achar(dados)
            if servidor is None:
                self._ligar(pasta, dados, conta, programas)
                ligado, mudou = True, False
                continue
            with servidor:
                if mudou:
                    servidor.enviar(signal.SIGHUP)
                    mudou = False
                onde = processo.soquete_de(servidor, dados)
            if onde is not None and programas.rodar("pg_isready", "-q", "-h", onde).returncode == 0:
                self._garantir_banco(programas, onde)
                return onde, ligado
            if not avisado and time.monotonic() - inicio > _DEMORA_S:
                avisado = True
                log.warning("PostgreSQL (pid %d) does not answer yet: it may be recovering", servidor.pid)
            time.sleep(0.1)
        raise EmbutidoFalhou("embutido_sem_resposta", f"O PostgreSQL embutido não responde; veja {self._log}")

    def _ligar(self, pasta: int, dados: Path, conta: Conta, programas: Programas) -> None:
        opcoes = f"-k {shlex.quote(str(soquete.escolher(pasta, dados, conta)))}"
        limite = time.monotonic() + _SOBRAS_S
        trava = self._exclusiva(pasta, dados, limite)
        try:
            while True:
                processo.esquecer(dados, conta.uid)
                with self._registro(pasta, conta) as saida:
                    inicio = saida.seek(0, os.SEEK_END)
                    feito = programas.rodar(
                        "pg_ctl", "-D", str(dados), "-o", opcoes, "-s", "-w", "-t", str(_PARTIDA_S), "start",
                        saida=saida, herdar=(trava,),
                    )  # fmt: skip
                    saida.seek(inicio)
                    porque = motivo(saida.read())
                if feito.returncode == 0:
                    return
                if "is still in use" not in porque or time.monotonic() > limite:
                    break
                time.sleep(0.2)
        finally:
            os.close(trava)
        raise EmbutidoFalhou(
            "embutido_nao_ligou",
            f"O PostgreSQL embutido não ligou: {porque}; veja {self._log}, ou configure DATABASE_URL",
        )

    def _exclusiva(self, pasta: int, dados: Path, limite: float) -> int:
        """The server's lock, for it to inherit, once no other server works on these files."""
        trava = travas.abrir(pasta, travas.SERVIDOR)
        while not travas.tentar(trava):
            if time.monotonic() > limite:
                pid = travas.dono(trava)
                os.close(trava)
                quem = "um processo que não se vê daqui (outro contêiner?)" if pid is None else f"o processo {pid}"
                raise EmbutidoFalhou(
                    "embutido_em_uso",
                    f"{quem[0].upper()}{quem[1:]} ainda usa os arquivos de {dados}, que são os de outro servidor (a "
                    "pasta é um link, ou uma cópia por hard links?); pare-o, ou use outra pasta",
                )
            time.sleep(0.1)
        return trava

    def _servidor(self) -> Postmaster | None:
        if lugar.achar(self._pasta) is None:
            return None
        return processo.achar(lugar.lugar_de(self._pasta))

    def _garantir_banco(self, programas: Programas, onde: str) -> None:
        acessar = ("-h", onde, "-U", criacao.USUARIO)
        if programas.rodar("psql", *acessar, "-Xqc", "", _BANCO).returncode == 0:
            return
        feito = programas.rodar("createdb", *acessar, "--encoding=UTF8", "--template=template0", _BANCO)
        if feito.returncode != 0:
            raise EmbutidoFalhou(
                "embutido_banco",
                f"Não foi possível criar o banco {_BANCO}: {motivo(feito.stderr)}; veja {self._log}",
            )

    @contextmanager
    def _registro(self, pasta: int, conta: Conta) -> Iterator[IO[str]]:
        """The server's log, to be written at its end."""
        opcoes = os.O_RDWR | os.O_CREAT | os.O_APPEND
        descritor = pastas.abrir_arquivo(pasta, _REGISTRO, opcoes, donos=(conta.uid,))
        with os.fdopen(descritor, "r+", encoding="utf-8", errors="replace") as registro:
            yield registro


def _dsn(onde: str) -> str:
    return f"postgresql://{criacao.USUARIO}@/{_BANCO}?host={quote(onde, safe='')}"


@contextmanager
def _explicada(pasta: Path) -> Iterator[None]:
    """What the system refuses, said with what to do."""
    try:
        yield
    except OSError as exc:
        onde = exc.filename or pasta
        raise EmbutidoFalhou(
            "embutido_pasta",
            f"Não foi possível usar {onde}: {exc.strerror or exc}; "
            "libere a pasta ou espaço em disco, ou configure DATABASE_URL",
        ) from exc
