"""The verbs of evaluations: every change of state, in one transaction, with the right asked and the journal written."""
