"""The API: what other programs read and report, by personal keys, under the rules of the pages."""
