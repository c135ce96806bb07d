"""The command line: reads, calls the core, prints and writes."""
