"""Meetings, their agendas, delegations and outcomes, and the commitments that were made in them."""
