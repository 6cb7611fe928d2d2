"""What the screen calls saved is on the disk, whatever happens to the server a moment later."""

import signal

import pyarrow.csv
import pytest

from engine.example import digits_example
from store.decisions import DecisionLog
from store.export import ExportOptions, write_export
from store.opening import open_in_memory
from store.settling import settle
from tests.browser.serving import card_of, press, served

pytestmark = pytest.mark.browser


def test_a_relabel_outlives_a_killed_server(page, tmp_path):
    """SIGKILL right after "saved": the log and the export have it, the next start goes on."""
    opened = open_in_memory(digits_example(), tmp_path / "digits.secondlook")
    with served(tmp_path, opened.workspace.folder) as server:
        # The first visit of a server is a deep link: it must not be told that there is no page.
        page.goto(f"{server.url}/review")
        relabelled = press(page, "Enter")
        page.wait_for_selector(f"[data-saved~='{relabelled}']")
        server.end(signal.SIGKILL)

        log = DecisionLog(opened.workspace.log_path)
        [decision] = log.decisions()
        assert (decision.action, decision.ids, decision.reviewer) == (
            "relabel",
            (relabelled,),
            "Ada",
        )

        folder = tmp_path / "clean"
        write_export(opened.dataset, log, folder, ExportOptions(format="csv"))
        [data] = folder.glob("*.csv")
        options = pyarrow.csv.ConvertOptions(column_types={"label": "string"})
        rows = pyarrow.csv.read_csv(data, convert_options=options).to_pylist()
        labels = {row["id"]: row["label"] for row in rows}
        assert labels[relabelled] == decision.label

        server.start()
        page.goto(f"{server.url}/review")
        assert card_of(page) != relabelled
        page.get_by_text("1 decided").wait_for()


def test_a_server_killed_among_fast_decisions_loses_and_doubles_none(page, tmp_path):
    """Keys go on while it is dead; after the restart all are on disk, each once, in order."""
    opened = open_in_memory(digits_example(), tmp_path / "digits.secondlook")
    log = DecisionLog(opened.workspace.log_path)
    with served(tmp_path, opened.workspace.folder) as server:
        page.goto(f"{server.url}/review")
        card_of(page)
        made = [press(page, "k") for _ in range(8)]
        server.end(signal.SIGKILL)
        made += [press(page, "x") for _ in range(8)]
        assert page.get_attribute("[data-unsaved]", "data-unsaved") != "0"
        server.start()
        page.wait_for_selector("[data-unsaved='0']")

        assert [decision.ids for decision in log.decisions()] == [(id_,) for id_ in made]
        assert [decision.action for decision in log.decisions()] == ["keep"] * 8 + ["drop"] * 8
        page.reload()
        assert card_of(page) not in made


def test_undo_goes_back_through_a_reload(page, tmp_path):
    """Twelve decisions, a reload, twelve times Backspace: nothing is decided any more."""
    opened = open_in_memory(digits_example(), tmp_path / "digits.secondlook")
    log = DecisionLog(opened.workspace.log_path)
    with served(tmp_path, opened.workspace.folder) as server:
        page.goto(f"{server.url}/review")
        card_of(page)
        made = [press(page, "k") for _ in range(12)]
        page.wait_for_selector("[data-unsaved='0']")
        page.reload()
        card_of(page)
        for id_ in reversed(made):
            page.keyboard.press("Backspace")
            page.wait_for_selector(f"[data-ready='{id_}']")
        page.wait_for_selector("[data-unsaved='0']")

        assert len(log.decisions()) == 24
        assert settle(log.decisions()) == {}
