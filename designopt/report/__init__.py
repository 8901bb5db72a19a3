"""The report wing: it reads what the ledger recorded and nothing else."""
