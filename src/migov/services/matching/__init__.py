"""Text → elements of a framework, ranked, with a calibrated probability and the words that made it say so. Knows no Django."""

from migov.services.matching.answers import Answer, Element, Framework, Labelled, Match, Reason
from migov.services.matching.encoder import NoSentenceModel
from migov.services.matching.engine import Matcher
from migov.services.matching.learning import Learned, TooFewDecisions, Trained, learn
from migov.services.matching.passages import DocumentAnswer, DocumentMatch, match_document
from migov.services.matching.texts import Passage, split

__all__ = [
    "Answer",
    "DocumentAnswer",
    "DocumentMatch",
    "Element",
    "Framework",
    "Labelled",
    "Learned",
    "Match",
    "Matcher",
    "NoSentenceModel",
    "Passage",
    "Reason",
    "TooFewDecisions",
    "Trained",
    "learn",
    "match_document",
    "split",
]
