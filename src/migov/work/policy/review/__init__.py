"""Reviews of a text against instruments and frameworks, requirement by requirement."""
