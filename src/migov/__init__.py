"""migov: the working platform of a migration regional office."""

__version__ = "0.1.0"
