"""Adding a scorer is one file: the one in docs/add_a_scorer.md, dropped into the folder."""

import re
import sys
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

import engine.scorers
from engine.__main__ import main
from engine.document import scorer_page
from engine.scorers import all_scorers

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "add_a_scorer.md"


@pytest.fixture
def dropped(tmp_path, monkeypatch):
    """The code block of the page as a file in a folder that is scanned beside the real one."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "top_two_gap.py").write_text(code, encoding="utf-8")
    monkeypatch.setattr(engine.scorers, "__path__", [*engine.scorers.__path__, str(tmp_path)])
    yield "top_two_gap"
    sys.modules.pop("engine.scorers.top_two_gap", None)
    vars(engine.scorers).pop("top_two_gap", None)


def test_the_registry_holds_it_and_it_computes(dropped):
    """By its name, between the others, with the inputs its signature declares."""
    scorer = all_scorers()[dropped]

    assert scorer.inputs == ("pred_probs",)
    assert list(all_scorers()) == sorted(all_scorers())
    assert scorer.function(torch.tensor([[0.5, 0.25, 0.25]])).tolist() == [0.25]


def test_the_command_line_lists_it(dropped, capsys):
    """`second-look scorers` shows its name, direction and tooltip."""
    main(["scorers"])
    out = capsys.readouterr().out

    assert "top_two_gap  (label error; lowest first)" in out
    assert "Small = the model is torn." in out


def test_the_methods_page_shows_it(dropped):
    """The screen is generated from the folder at each visit."""
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    page.run()
    page.switch_page("pages/about/methods.py").run()

    assert not page.exception
    assert any("Top-two gap" in str(element.value) for element in texts(page))


def test_the_generated_docs_hold_it(dropped):
    """`python -m engine.document` would write it."""
    assert "## Top-two gap (`top_two_gap`)" in scorer_page()


def test_it_is_gone_with_its_file():
    """Nothing remembers a scorer whose file is not there."""
    assert "top_two_gap" not in all_scorers()


def texts(page: AppTest) -> list:
    """Everything on a page that carries words."""
    return [*page.markdown, *page.header, *page.subheader, *page.text, *page.expander, *page.title]
