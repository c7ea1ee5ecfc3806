"""Slack's limits on form fields, and which fields keep their values when a modal changes."""

import pytest

from app.devtools.fake_slack.elements import find_element_fault
from app.devtools.fake_slack.workspace import Workspace
from app.devtools.playground.forms import Form
from tests.devtools.test_pressing import element

WORKSPACE = Workspace.create_example()


@pytest.mark.parametrize(
    "field",
    [
        element("number_input", is_decimal_allowed=False),
        element("number_input", is_decimal_allowed=False, min_value="0", max_value="9",
                initial_value="9"),
        element("plain_text_input", initial_value="x" * 3000),
        element("multi_users_select", initial_users=["U1"], max_selected_items=1),
        element("multi_conversations_select", filter={"include": ["public", "private"]}),
        element("conversations_select", filter={"include": ["im"]}),
    ],
)  # fmt: skip
def test_elements_that_slack_accepts(field):
    assert find_element_fault(field) == ""


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        (element("number_input"), "is_decimal_allowed"),
        (element("number_input", is_decimal_allowed=False, min_value=1), "must be text"),
        (element("number_input", is_decimal_allowed=False, max_value="3", initial_value="4"),
         "initial_value"),
        (element("plain_text_input", initial_value=""), "initial_value"),
        (element("plain_text_input", initial_value="xx", max_length=1), "initial_value"),
        (element("plain_text_input", max_length=3001), "max_length"),
        (element("users_select", initial_users=["U1"]), "initial_users"),
        (element("multi_users_select", initial_users="U1"), "max_selected_items"),
        (element("multi_users_select", initial_users=["U1", "U2"], max_selected_items=1),
         "max_selected_items"),
        (element("multi_users_select", max_selected_items=0), "max_selected_items"),
        (element("multi_conversations_select", filter={"include": []}), "filter"),
        (element("conversations_select", filter={"include": ["group"]}), "filter"),
    ],
)  # fmt: skip
def test_elements_that_slack_rejects(field, fault):
    assert fault in find_element_fault(field)


def view(block_id):
    asked = {"type": "input", "block_id": block_id, "element": element("plain_text_input")}
    return {"id": "V1", "blocks": [asked | {"label": {"type": "plain_text", "text": "Why"}}]}


def test_values_are_kept_only_in_the_same_field():
    form = Form.create(view("why"))
    assert form.answer("because", WORKSPACE) == ""
    assert Form.create(view("why"), form).filled == {"a": "because"}
    other = Form.create(view("why/elsewhere"), form)
    assert (other.filled, len(other.open_fields)) == ({}, 1)
