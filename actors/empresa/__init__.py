"""The Empresa: the supervisor of a tenant, and the keeper of its set-up."""
