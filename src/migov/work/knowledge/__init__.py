"""What the office has learnt: lessons, and whether they are used."""
