"""Who offers help with gaps: a module for each kind. Each answers for all gaps at once, in a bounded number of queries."""
