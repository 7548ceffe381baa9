"""Mechanisms: dialogues, integration processes, networks, organisations and initiatives; who takes part and who chairs, by which source."""
