"""What is kept of single designs beside the ledger: verifications, examinations, how robust they are."""
