"""Names of published codes."""

import pytest

from migov.foundation import codelists


def test_a_code_has_its_name():
    assert codelists.name("ActivityStatus", "2") == "Implementation"


def test_an_unknown_code_stands_for_itself():
    assert codelists.name("Sector", "99999x") == "99999x"


@pytest.mark.parametrize("listed", ["Nothing", "../SOURCES", ""])
def test_an_unknown_list_is_an_error(listed):
    with pytest.raises(LookupError):
        codelists.names(listed)
