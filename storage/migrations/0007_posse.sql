-- An epoch can come twice: a failover to a standby that lags behind loses the last takings, and the next one counts from
-- before them. posse is random and new at each taking, and every commit is fenced by both. posse_anterior is what it was
-- before the last taking, by which whoever held it finds out what became of its last commit.

ALTER TABLE atendimento_leases
    ADD COLUMN posse uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN posse_anterior uuid;
