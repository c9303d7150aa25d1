"""The running server keeps what its OpenAPI document says, whatever is sent to it: schemathesis with all its checks, as
each role and with no token at all.

``EXAMPLES`` requests are made up for each operation; few in ``make test``, more with ``make fuzz EXAMPLES=500``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import httpx2
import pytest

from tests.servidor import Servidor
from tests.web.contrato import Acervo, estreitado

EXEMPLOS: Final = os.environ.get("EXAMPLES")
DEMORADO_S: Final = 3_600 if EXEMPLOS else 300
TODAS_AS_FASES: Final = "coverage,fuzzing,stateful"

CONFIGURACAO: Final = """
checks.positive_data_acceptance.expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 422, 429]

[[operations]]
include-name = "POST /atendimento/mensagens/arquivo"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 413, 415, 422, 429]

[[operations]]
include-name = "PATCH /atendimento/atendentes/{atendenteId}/status"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 429]

[[operations]]
include-name = "PATCH /atendimento/empresa"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 429]

[[operations]]
include-name = "GET /atendimento/arquivos/{arquivoId}"
checks.positive_data_acceptance.expected-statuses = ["2xx", "3xx", 400, 401, 403, 404]

[[operations]]
include-name = "POST /atendimento/tickets"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 422, 429]

[[operations]]
include-name = "PATCH /atendimento/tickets/{ticketId}"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 429]

[[operations]]
include-name = "POST /atendimento/atendentes"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 409, 422, 429]

[[operations]]
include-name = "PATCH /atendimento/atendentes/{atendenteId}"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 429]

[[operations]]
include-name = "GET /atendimento/atendentes/{atendenteId}/estados"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 429]

[[operations]]
include-name = "POST /atendimento/push/inscricoes"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 422, 429]

[[operations]]
include-path-regex = "^/atendimento/webhooks"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 422, 429]

[[operations]]
include-path-regex = "^/atendimento/ops"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 422, 429]

[[operations]]
include-path-regex = "^/atendimento/contatos"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 422, 429]

[[operations]]
include-path-regex = "^/atendimento/filas/.*/politica"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 422, 429]

[[operations]]
include-path-regex = "^/atendimento/(sla|avisos/(previa|preferencias))"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 422, 429]

[[operations]]
include-path-regex = "^/atendimento/(calendarios|feriados|silencio|avisos/(regras|modelos)|respostas-rapidas|pesquisas)"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 422, 429]

[[operations]]
exclude-path-regex = "^/atendimento/(tickets|mensagens|atendentes|sla)"
phases.coverage.enabled = COBERTURA

[[operations]]
include-path-regex = "^/atendimento/tickets/.*/(adiar|notas)"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 409, 422, 429]

[[operations]]
include-path-regex = "^/atendimento/relatorios"
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404, 429, 503]
"""
"""What no schema can say of valid data: that an idempotency key was used before, what a file has in it, that two
parameters of an address belong together, which phones and days there are, which estados an empresa has, which points
are on a curve, what lies inside a network, which equipes serve a fila, which
skills an atendente has, which names are one, which zones and days there are, what has passed, what documents say
together, what can be asked of reports together."""


@pytest.mark.parametrize("papel", ["admin", "supervisor", "atendente", "conector", None])
def test_the_server_keeps_what_its_document_says(servidor: Servidor, tmp_path: Path, papel: str | None) -> None:
    acervo = Acervo(servidor)
    documento = httpx2.get(f"{servidor.url}/openapi.json").json()
    (tmp_path / "openapi.json").write_text(json.dumps(estreitado(documento, acervo.ids)), encoding="utf-8")
    # all cases of what serves contacts, and of one of the kinds of documents, whose routes are alike: that of SLA
    configuracao = CONFIGURACAO.replace("COBERTURA", "true" if EXEMPLOS else "false")
    (tmp_path / "schemathesis.toml").write_text(configuracao, encoding="utf-8")
    exemplos = EXEMPLOS or ("4" if papel == "admin" else "2")  # of the others most are refused
    fases = TODAS_AS_FASES if EXEMPLOS or papel == "admin" else "fuzzing,stateful"
    token = [] if papel is None else ["-H", f"Authorization: Bearer {acervo.usuarios(servidor)[papel].token}"]
    sorte = [] if EXEMPLOS else ["--seed", "1"]
    execucao = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")), "run", "openapi.json", "--url", servidor.url,
            "--phases", fases, "--max-examples", exemplos, "--request-timeout", "60", "--no-color", *sorte,
                *token,
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=DEMORADO_S, check=False,
    )  # fmt: skip
    assert execucao.returncode == 0, execucao.stdout + execucao.stderr
