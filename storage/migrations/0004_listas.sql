-- What lists and searches go by.

-- Where a page begins is found in one of these alone (an index-only scan), so deleted tickets are not in them, and what a
-- list is often filtered by beside their keys is.
--
-- Each index here is partial, also where its condition always holds: it is considered for statements that say so, and for
-- no other. Of two indexes that both begin with the empresa, PostgreSQL may else take the one that fits the rest less, as
-- long as it knows a table as empty; and the fewer it has to consider, the sooner a plan is made.
DROP INDEX atendimento_mensagens_ticket;
CREATE UNIQUE INDEX atendimento_tickets_numero ON atendimento_tickets (empresa_id, numero) WHERE numero > 0;
CREATE UNIQUE INDEX atendimento_mensagens_ticket ON atendimento_mensagens (empresa_id, ticket_id, seq) WHERE seq > 0;
CREATE INDEX atendimento_tickets_status ON atendimento_tickets (empresa_id, status, numero) WHERE excluido_em IS NULL;
CREATE INDEX atendimento_tickets_fila ON atendimento_tickets (empresa_id, fila_id, numero) INCLUDE (status)
    WHERE excluido_em IS NULL;
CREATE INDEX atendimento_tickets_atendente ON atendimento_tickets (empresa_id, atendente_id, numero)
    INCLUDE (status, fila_id) WHERE atendente_id IS NOT NULL AND excluido_em IS NULL;
CREATE INDEX atendimento_tickets_canal ON atendimento_tickets (empresa_id, canal_id, numero)
    WHERE canal_id IS NOT NULL AND excluido_em IS NULL;
CREATE INDEX atendimento_tickets_contato ON atendimento_tickets (empresa_id, contato_id, numero)
    WHERE contato_id IS NOT NULL AND excluido_em IS NULL;
CREATE INDEX atendimento_tickets_atualizados ON atendimento_tickets (empresa_id, atualizado_em, numero)
    WHERE excluido_em IS NULL;
-- Most urgent first, then oldest first. (A CASE may be compared under row-level security, a function may not.)
CREATE INDEX atendimento_tickets_urgencia ON atendimento_tickets (
    empresa_id,
    (CASE prioridade WHEN 'URGENTE' THEN 0 WHEN 'ALTA' THEN 1 WHEN 'NORMAL' THEN 2 WHEN 'BAIXA' THEN 3 END),
    numero
) INCLUDE (prioridade, status) WHERE excluido_em IS NULL;
-- Few: how many of them stand above a numero turns a page number into a numero.
CREATE INDEX atendimento_tickets_excluidos ON atendimento_tickets (empresa_id, numero) WHERE excluido_em IS NOT NULL;

-- Without the list of what is still to be sorted in: sorting it in stopped a commit for 700 ms now and then, and costs the
-- same when each does its own (60 ms at most, for 200 tickets).
CREATE INDEX atendimento_tickets_busca_termos ON atendimento_tickets_busca USING gin (termos) WITH (fastupdate = off);
CREATE INDEX atendimento_contatos_termos ON atendimento_contatos USING gin (termos) WITH (fastupdate = off);
