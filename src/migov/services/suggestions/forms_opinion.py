"""What a person answers to a second question."""

from __future__ import annotations

from django import forms

LONGEST_NOTE = 2000
LARGEST_KEY = 2**63 - 1


class OpinionForm(forms.Form):
    """An answer to one question: the key of the decision it is about, what the person thinks, and perhaps why."""

    question = forms.IntegerField(min_value=1, max_value=LARGEST_KEY)
    answer = forms.ChoiceField(choices=[("fits", ""), ("not", ""), ("skip", "")])
    note = forms.CharField(max_length=LONGEST_NOTE, required=False)
