"""What is known and done for a country or a meeting, piece by piece from every room: for its page, its brief, and briefing books."""
