-- The words of tickets and contacts are sorted in by the hundred, no more with each one. (0004 did without the list of what is
-- still to be sorted in, since the one that PostgreSQL keeps unless told otherwise, of 4 MB, stopped a commit for 700 ms
-- now and then; one of 128 kB holds some two hundred tickets, and every search walks over it.)
ALTER INDEX atendimento_tickets_busca_termos SET (fastupdate = on, gin_pending_list_limit = 128);
ALTER INDEX atendimento_contatos_termos SET (fastupdate = on, gin_pending_list_limit = 128);
