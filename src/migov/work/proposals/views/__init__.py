"""Pages of proposals, a module for each tab."""
