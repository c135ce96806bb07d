"""What was done: versioned records, one event for every change, who saw what."""
