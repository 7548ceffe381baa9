"""Instruments, their articles and requirements, and what each State has signed and ratified."""
