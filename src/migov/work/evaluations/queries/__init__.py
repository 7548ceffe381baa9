"""Questions about evaluations; nothing here changes anything, and the numbers of queries are bounded."""
