"""What a review leaves behind: tables of concordance, commented drafts, gap reports, summaries."""
