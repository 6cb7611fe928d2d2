"""What installs: one package folder, a lock file that fits the ranges, no stray names."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel `pip install .` would build."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_a_wheel_drops_one_name_into_site_packages(wheel):
    """`index` or `pages` at the top of site-packages would shadow other people's."""
    tops = {name.split("/")[0] for name in wheel.namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"second_look"}


def test_a_wheel_holds_the_whole_application(wheel):
    """Every source, style sheet and setting of the checkout is in it."""
    packed = {name.removeprefix("second_look/") for name in wheel.namelist()}
    expected = {"app.py", ".streamlit/config.toml"} | {
        path.relative_to(ROOT).as_posix()
        for folder in ("store", "index", "engine", "pages")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix in (".py", ".css", ".js", ".html")
    }

    assert expected <= packed


def test_an_installed_copy_runs_from_its_own_folder(wheel, tmp_path):
    """Unpacked somewhere else, away from the checkout, the command answers."""
    wheel.extractall(tmp_path)
    answer = subprocess.run(
        [sys.executable, "-P", "-c",
         f"import sys; sys.path.insert(0, {str(tmp_path)!r}); sys.argv = ['second-look', '--help'];"
         "import second_look.launch as launch; print(launch.house()); launch.main()"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip

    assert answer.splitlines()[0] == str(tmp_path / "second_look")
    assert "queue" in answer


def locked() -> dict[str, str]:
    """Name -> exact version of the lock file."""
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonical(name): version for name, version in pins}


def canonical(name: str) -> str:
    """PEP 503: one spelling per package."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize(
    "wanted",
    PROJECT["project"]["dependencies"]
    + PROJECT["project"]["optional-dependencies"]["test"]
    + PROJECT["build-system"]["requires"],
)
def test_the_lock_file_pins_every_requirement_within_its_range(wanted):
    """A range that the lock file leaves is a range nobody tested."""
    requirement = Requirement(wanted)

    assert requirement.specifier.contains(locked()[canonical(requirement.name)])


def test_torch_is_pinned():
    """An unpinned torch pulls gigabytes of CUDA packages."""
    assert locked()["torch"] == "2.13.0"
