"""Policy support: requests for assistance, instruments and who is bound by them, legal texts, and reviews of one against the other."""
