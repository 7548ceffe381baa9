"""Settings, addresses and the migov command: the wing that knows everybody."""
