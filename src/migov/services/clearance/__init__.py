"""Clearance: a piece of work is submitted as a frozen version, reviewed by those whom the rules name, changed, and decided."""
