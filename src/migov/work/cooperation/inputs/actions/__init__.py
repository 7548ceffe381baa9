"""The verbs of inputs. Each takes one step in one transaction: the record's row is held, the permission asked, the journal written."""
