"""The official series of SDG indicator 10.7.2 as published: loading it, and asking it."""
