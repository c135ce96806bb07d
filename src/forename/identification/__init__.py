"""What the DNA says about who the dead are: analyses and their proposals."""
