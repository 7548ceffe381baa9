"""What might help with the gaps that an assessment shows, drawn from all rooms."""
