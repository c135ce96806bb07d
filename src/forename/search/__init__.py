"""Everything against everything: remains and families by the hundred thousand, exactly."""
