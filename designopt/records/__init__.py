"""What a run folder holds: trials, ledgers, and what was found out about single designs. Nothing else reads run folders."""
