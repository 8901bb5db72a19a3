"""What a run folder holds: trials, ledgers, records of single designs. Nothing else reads run folders."""
