"""Writing the running text of a paper, section by section: it saves itself, two people do not overwrite each other, no words are lost."""
