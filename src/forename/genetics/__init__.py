"""From profiles, pedigrees and frequencies to likelihoods, checks and proposals; pure."""
