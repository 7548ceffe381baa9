"""What is done with meetings and commitments: every change of state is a function here."""
