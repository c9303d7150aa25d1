"""Tickets over REST, on a whole node with real PostgreSQL."""

from tests.web.rest_apoio import Servidor, Usuario, com_servidor, novo_id

NOVO = {"contato_nome": "João Silva", "contato_telefone": "5511999998888"}


async def fila_com(admin: Usuario, *atendentes: Usuario, nome: str = "Vendas") -> str:
    fila: str = (await admin("POST", "/filas", {"nome": nome})).ok(201)["id"]
    for a in atendentes:
        await chegar(a)
        (await admin("POST", f"/filas/{fila}/atendentes/{a.id}")).ok(204)
    return fila


async def chegar(a: Usuario, *, online: bool = True) -> None:
    (await a("PATCH", f"/atendentes/{a.id}/status", {"online": online})).ok()


async def abrir(quem: Usuario, **campos: object) -> str:
    id_: str = (await quem("POST", "/tickets", NOVO | campos)).ok(201)["id"]
    return id_


def test_a_ticket_is_born_whole_and_then_given_to_who_is_there(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        fila = await fila_com(admin, ana)
        corpo = {
            "contato_nome": "João Silva",
            "contato_telefone": "+55 11 99999-8888",
            "contato_email": "joao@example.com",
            "assunto": "Dúvida sobre produto",
            "empresaId": s.empresa.upper(),
            "filaId": fila,
            "prioridade": "ALTA",
        }
        nascido = (await admin("POST", "/tickets", corpo)).ok(201)
        assert nascido["status"] == "ABERTO"
        assert nascido["atendenteId"] is None
        assert nascido["numero"] == 1
        assert nascido["contato_telefone"] == "5511999998888"
        assert nascido["createdAt"].endswith("Z")
        assert len(nascido["createdAt"]) == 24

        visto = (await admin("GET", f"/tickets/{nascido['id']}")).ok()
        assert visto["status"] == "EM_ANDAMENTO"
        assert visto["atendente"] == {"id": ana.id, "nome": visto["atendente"]["nome"], "email": ana.email}
        assert visto["fila"]["id"] == fila
        assert visto["canal"] is None
        assert visto["mensagens"] == []
        assert nascido.keys() <= visto.keys()

    com_servidor(dsn, teste)


def test_without_fila_it_waits_in_the_default_one(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        ticket = await abrir(admin)
        fila = (await admin("GET", f"/tickets/{ticket}")).ok()["fila"]
        assert (fila["nome"], fila["padrao"]) == ("Geral", True)

    com_servidor(dsn, teste)


def test_patch_follows_the_state_machine_and_names_what_is_allowed(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        ticket = await abrir(admin)
        mudado = (await admin("PATCH", f"/tickets/{ticket}", {"prioridade": "URGENTE", "assunto": "Outro"})).ok()
        assert (mudado["prioridade"], mudado["assunto"], mudado["status"]) == ("URGENTE", "Outro", "ABERTO")
        assert (await admin("PATCH", f"/tickets/{ticket}", {})).ok() == mudado
        assert (await admin("PATCH", f"/tickets/{ticket}", {"assunto": None})).ok()["assunto"] is None
        resolvido = (await admin("PATCH", f"/tickets/{ticket}", {"status": "RESOLVIDO"})).ok()
        assert resolvido["dataResolucao"] is not None
        erro = (await admin("PATCH", f"/tickets/{ticket}", {"status": "PENDENTE"})).erro(409, "transicao_invalida")
        assert "EM_ANDAMENTO, ABERTO, FECHADO" in erro["message"]

    com_servidor(dsn, teste)


def test_patch_refuses_server_owned_fields_by_name(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        ticket = await abrir(admin)
        corpo = {"numero": 7, "id": novo_id(), "empresaId": s.empresa, "createdAt": "2020", "atendenteId": admin.id}
        erro = (await admin("PATCH", f"/tickets/{ticket}", corpo)).erro(400, "dados_invalidos")
        assert {detalhe["campo"] for detalhe in erro["detalhes"]} == corpo.keys()
        assert (await admin("GET", f"/tickets/{ticket}")).ok()["numero"] == 1

    com_servidor(dsn, teste)


def test_atribuir_and_transferir_respect_capacity_unless_a_supervisor_forces(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana, rui = s.usuario(), s.usuario("atendente"), s.usuario("atendente")
        fila = await fila_com(admin, rui, ana)
        await chegar(rui, online=False)
        await chegar(ana, online=False)
        ticket = await abrir(admin, filaId=fila)
        await chegar(ana)
        (await admin("PATCH", f"/tickets/{ticket}/atribuir", {"atendenteId": rui.id})).erro(409)
        atribuido = (await admin("PATCH", f"/tickets/{ticket}/atribuir", {"atendenteId": ana.id})).ok()
        assert (atribuido["status"], atribuido["atendenteId"]) == ("EM_ANDAMENTO", ana.id)

        corpo = {"atendenteId": rui.id, "motivo": "Cliente solicitou gerente", "forcar": True}
        (await ana("PATCH", f"/tickets/{ticket}/transferir", corpo)).erro(403, "forcar_sem_permissao")
        transferido = (await admin("PATCH", f"/tickets/{ticket}/transferir", corpo)).ok()
        assert transferido["atendenteId"] == rui.id
        (await admin("PATCH", f"/tickets/{ticket}/transferir", {"motivo": "nada"})).erro(400)
        (await admin("PATCH", f"/tickets/{ticket}/atribuir", {"atendenteId": novo_id()})).erro(404)

    com_servidor(dsn, teste)


def test_a_closed_ticket_stays_closed_and_a_resolved_one_reopens(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        um, outro = await abrir(admin), await abrir(admin)
        fechado = (await admin("POST", f"/tickets/{um}/encerrar", {"motivo": "spam"})).ok()
        assert (fechado["status"], fechado["dataFechamento"] is None) == ("FECHADO", False)
        assert (await admin("POST", f"/tickets/{um}/encerrar")).ok() == fechado
        (await admin("POST", f"/tickets/{um}/reabrir")).erro(409, "transicao_invalida")
        (await admin("PATCH", f"/tickets/{outro}", {"status": "RESOLVIDO"})).ok()
        assert (await admin("POST", f"/tickets/{outro}/reabrir", {})).ok()["status"] == "ABERTO"

    com_servidor(dsn, teste)


def test_the_list_filters_and_pages_newest_first(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        fila = await fila_com(admin)
        for n in range(5):
            await abrir(admin, prioridade="ALTA" if n == 2 else "NORMAL")
        na_fila = await abrir(admin, filaId=fila)

        tudo = (await admin("GET", f"/tickets?empresaId={s.empresa}&limit=4")).ok()
        assert tudo.keys() == {"data", "total", "page", "totalPages"}
        assert (tudo["total"], tudo["page"], tudo["totalPages"]) == (6, 1, 2)
        assert [t["numero"] for t in tudo["data"]] == [6, 5, 4, 3]
        assert [t["numero"] for t in (await admin("GET", "/tickets?limit=4&page=2")).ok()["data"]] == [2, 1]
        assert [t["id"] for t in (await admin("GET", f"/tickets?filaId={fila}")).ok()["data"]] == [na_fila]
        assert [t["numero"] for t in (await admin("GET", "/tickets?prioridade=ALTA")).ok()["data"]] == [3]
        assert (await admin("GET", "/tickets?status=FECHADO")).ok() == {
            "data": [], "total": 0, "page": 1, "totalPages": 0
        }  # fmt: skip
        assert (await admin("GET", f"/tickets?atendenteId={novo_id()}&canalId={novo_id()}")).ok()["total"] == 0
        for ruim in ("page=0", "limit=101", "status=x", "filaId=1", "nada=1", "page=1&page=2"):
            (await admin("GET", f"/tickets?{ruim}")).erro(400)

    com_servidor(dsn, teste)


def test_an_atendente_reads_only_its_own_and_those_of_its_filas(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana, rui = s.usuario(), s.usuario("atendente"), s.usuario("atendente")
        da_ana = await fila_com(admin, ana)
        do_rui = await fila_com(admin, rui, nome="Suporte")
        await chegar(ana, online=False)
        await chegar(rui, online=False)
        geral = (await admin("GET", "/filas")).ok()["data"]
        padrao = next(fila["id"] for fila in geral if fila["padrao"])
        for a in (ana, rui):
            (await admin("DELETE", f"/filas/{padrao}/atendentes/{a.id}")).ok(204)
        visivel, oculto = await abrir(admin, filaId=da_ana), await abrir(admin, filaId=do_rui)
        mensagem = {"ticketId": oculto, "conteudo": "oi", "direcao": "recebida"}
        oculta = (await admin("POST", "/mensagens", mensagem)).ok(201)["id"]

        assert [t["id"] for t in (await ana("GET", "/tickets")).ok()["data"]] == [visivel]
        (await ana("GET", f"/tickets/{visivel}")).ok()
        for metodo, caminho, corpo in (
            ("GET", f"/tickets/{oculto}", None),
            ("GET", f"/tickets/{oculto}/mensagens", None),
            ("GET", f"/tickets/{oculto}/historico", None),
            ("PATCH", f"/tickets/{oculto}", {"assunto": "meu"}),
            ("PATCH", f"/tickets/{oculto}/atribuir", {"atendenteId": ana.id}),
            ("POST", f"/tickets/{oculto}/encerrar", {}),
            ("POST", "/mensagens", {"ticketId": oculto, "conteudo": "oi"}),
            ("PATCH", f"/mensagens/{oculta}/lida", {}),
            ("POST", f"/tickets/{oculto}/mensagens/lidas", {}),
            ("DELETE", f"/mensagens/{oculta}", None),
        ):
            (await ana(metodo, caminho, corpo)).erro(403, "ticket_sem_acesso")

    com_servidor(dsn, teste)


def test_the_history_tells_who_did_what_and_what_changed(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        ticket = await abrir(admin)
        (await admin("PATCH", f"/tickets/{ticket}", {"prioridade": "ALTA"})).ok()
        (await admin("POST", f"/tickets/{ticket}/encerrar", {"motivo": "engano"})).ok()
        historia = (await admin("GET", f"/tickets/{ticket}/historico")).ok()
        assert (historia["total"], historia["page"], historia["totalPages"]) == (3, 1, 1)
        assert [e["tipo"] for e in historia["data"]] == ["ticket_criado", "ticket_atualizado", "ticket_encerrado"]
        assert [e["seq"] for e in historia["data"]] == sorted(e["seq"] for e in historia["data"])
        _, mudanca, fim = historia["data"]
        assert mudanca["mudancas"] == {"prioridade": ["NORMAL", "ALTA"]}
        assert mudanca["quem"] == {"id": admin.id, "papel": "admin"}
        assert mudanca["ticketId"] == ticket
        assert fim["dados"]["motivo"] == "engano"
        pagina = (await admin("GET", f"/tickets/{ticket}/historico?limit=1&page=2")).ok()
        assert [e["tipo"] for e in pagina["data"]] == ["ticket_atualizado"]

    com_servidor(dsn, teste)
