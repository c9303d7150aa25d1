"""As much of S3 as files need, in memory: objects with ranges, and uploads in parts.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

PARTE_MINIMA: Final = 5_242_880


class S3Falso:
    """What the bucket holds: ``objetos`` by path, ``envios`` that were begun and not ended, and every request."""

    def __init__(self) -> None:
        self.objetos: dict[str, bytes] = {}
        self.envios: dict[str, dict[int, bytes]] = {}
        self.pedidos: list[tuple[str, str, str]] = []
        """Method, path and Authorization."""
        self.endereco = ""
        self.recusar = False


@contextmanager
def s3_falso() -> Iterator[S3Falso]:
    s3 = S3Falso()

    class Atendente(_Atendente):
        estado = s3

    servidor = ThreadingHTTPServer(("127.0.0.1", 0), Atendente)
    servidor.daemon_threads = True
    s3.endereco = f"http://127.0.0.1:{servidor.server_address[1]}"
    rodando = Thread(target=servidor.serve_forever, args=(0.01,))
    rodando.start()
    try:
        yield s3
    finally:
        servidor.shutdown()
        rodando.join()
        servidor.server_close()


class _Atendente(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    estado: S3Falso

    def _pedido(self) -> tuple[str, dict[str, str], bytes]:
        partes = urlsplit(self.path)
        caminho = unquote(partes.path)
        consulta = {nome: valores[0] for nome, valores in parse_qs(partes.query, keep_blank_values=True).items()}
        self.estado.pedidos.append((self.command, caminho, self.headers.get("authorization", "")))
        return caminho, consulta, self.rfile.read(int(self.headers.get("content-length", "0")))

    def _responder(self, status: int, corpo: bytes = b"", **cabecalhos: str) -> None:
        self.send_response(status)
        for nome, valor in cabecalhos.items():
            self.send_header(nome.replace("_", "-"), valor)
        if status != 204:
            self.send_header("content-length", str(len(corpo)))
        self.end_headers()
        self.wfile.write(corpo)

    def _erro(self, status: int, codigo: str) -> None:
        self._responder(status, f"<Error><Code>{codigo}</Code><Message>{codigo}</Message></Error>".encode())

    def do_PUT(self) -> None:
        caminho, consulta, corpo = self._pedido()
        if self.estado.recusar:
            self._erro(403, "AccessDenied")
        elif "uploadId" in consulta:
            self.estado.envios[consulta["uploadId"]][int(consulta["partNumber"])] = corpo
            self._responder(200, ETag=f'"{consulta["partNumber"]}"')
        else:
            self.estado.objetos[caminho] = corpo
            self._responder(200, ETag='"x"')

    def do_POST(self) -> None:
        caminho, consulta, _ = self._pedido()
        if "uploads" in consulta:
            self.estado.envios["envio"] = {}
            self._responder(
                200, b"<InitiateMultipartUploadResult><UploadId>envio</UploadId></InitiateMultipartUploadResult>"
            )
            return
        partes = [parte for _, parte in sorted(self.estado.envios.pop(consulta["uploadId"]).items())]
        if any(len(parte) < PARTE_MINIMA for parte in partes[:-1]):
            self._erro(400, "EntityTooSmall")
            return
        self.estado.objetos[caminho] = b"".join(partes)
        self._responder(200, b'<CompleteMultipartUploadResult><ETag>"x"</ETag></CompleteMultipartUploadResult>')

    def do_GET(self) -> None:
        caminho, _, _ = self._pedido()
        objeto = self.estado.objetos.get(caminho)
        if objeto is None:
            self._erro(404, "NoSuchKey")
            return
        faixa = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("range", ""))
        inicio, fim = (int(faixa[1]), min(int(faixa[2]) + 1, len(objeto))) if faixa else (0, len(objeto))
        cabecalhos = {"ETag": '"x"', "Last_Modified": "Tue, 24 Nov 2026 18:00:00 GMT"}
        if faixa:
            cabecalhos["Content_Range"] = f"bytes {inicio}-{fim - 1}/{len(objeto)}"
        self._responder(206 if faixa else 200, objeto[inicio:fim], **cabecalhos)

    def do_DELETE(self) -> None:
        caminho, consulta, _ = self._pedido()
        if "uploadId" in consulta:
            del self.estado.envios[consulta["uploadId"]]
        self.estado.objetos.pop(caminho, None)
        self._responder(204)

    def log_message(self, *_: object) -> None:
        """Not on the terminal."""
