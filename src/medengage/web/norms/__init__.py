"""A norm of a region: contributions that come in, the ledger they go into, what is published."""
