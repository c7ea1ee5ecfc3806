"""Metrics, paths and kinds of replies: nothing that is added is left out elsewhere."""

import ast
import re

from app.core.replies import REPLIES
from tests.house.pages import ROOT, walk_app

OPERATE = {page.name: page.read_text("utf-8") for page in (ROOT / "docs/operate").glob("*.md")}


def _list_texts(path):
    nodes = walk_app()[path]
    return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def test_page_of_metrics_has_every_metric_and_no_other():
    named = set(re.findall(r"`(pptbot_\w+?)(?:_total)?`", OPERATE["monitor.md"]))
    texts = [*_list_texts("app/usecases/watch.py"), *_list_texts("app/web/metrics.py")]
    assert named == {text for text in texts if text.startswith("pptbot_")}


def test_pages_for_operators_name_every_path():
    paths = [text for text in _list_texts("app/web/routes.py") if re.fullmatch(r"/[\w/-]+", text)]
    assert "/health" in paths
    pages = "".join(OPERATE.values())
    assert [path for path in paths if not re.search(rf"{path}(?![\w/-])", pages)] == []


def test_each_kind_of_reply_is_rendered():
    nodes = walk_app()["app/slack/outbound/reply_renderer.py"]
    cases = {n.cls.id for n in nodes if isinstance(n, ast.MatchClass) and hasattr(n.cls, "id")}
    assert {reply.__name__ for reply in REPLIES} - cases == set()
