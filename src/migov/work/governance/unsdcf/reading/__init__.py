"""Reading the structure of a Cooperation Framework out of a document, a table or pasted text. Nothing is kept here."""
