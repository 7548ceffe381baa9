"""Laws, bills, policies and strategies: their versions and the structure found in them."""
