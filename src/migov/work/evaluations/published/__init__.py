"""The published register of evaluations: reading its file, understanding its rows, loading them."""
