"""Files that say what States have done about instruments: reading them, and keeping what they say."""
