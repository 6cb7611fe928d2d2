"""How much memory may be taken: what is set, else half of what machine and container leave."""

import pytest

from engine.memory import free_memory, memory_limit
from store.errors import UserError

GB = 2**30


def write(folder, **files):
    """Files under a folder that stands for the system's root; two underscores are a slash."""
    for name, text in files.items():
        path = folder.joinpath(*name.split("__"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_what_is_set_counts(monkeypatch):
    """In gigabytes, also fractions."""
    monkeypatch.setenv("SECOND_LOOK_MEMORY_GB", "0.5")

    assert memory_limit() == GB // 2


@pytest.mark.parametrize("named", ["lots", "-1", "nan", "inf", ""])
def test_what_is_no_size_is_a_sentence(named, monkeypatch):
    """The variable is named, with what was expected."""
    monkeypatch.setenv("SECOND_LOOK_MEMORY_GB", named)
    with pytest.raises(UserError, match=f"SECOND_LOOK_MEMORY_GB is '{named}'; a number of gigab"):
        memory_limit()


def test_unset_it_is_half_of_what_is_free(monkeypatch):
    """Whatever this machine has."""
    monkeypatch.delenv("SECOND_LOOK_MEMORY_GB", raising=False)
    monkeypatch.setattr("engine.memory.free_memory", lambda: 8 * GB)
    assert memory_limit() == 4 * GB
    monkeypatch.setattr("engine.memory.free_memory", lambda: None)
    assert memory_limit() is None


def test_the_machine_tells_what_is_available(tmp_path):
    """Not what is free of everything, which is nearly nothing on a machine that has read files."""
    meminfo = f"MemTotal: {16 * 2**20} kB\nMemFree: 12 kB\nMemAvailable:  {6 * 2**20} kB\n"

    assert free_memory(write(tmp_path, proc__meminfo=meminfo)) == 6 * GB


def test_a_container_may_leave_less(tmp_path):
    """Version 2: limit less use, and cached files give way."""
    root = write(tmp_path, proc__meminfo=f"MemAvailable: {6 * 2**20} kB\n")
    group = tmp_path / "sys" / "fs" / "cgroup"
    write(group, **{"memory.max": f"{3 * GB}\n", "memory.current": f"{2 * GB}\n"})
    write(group, **{"memory.stat": f"anon {GB}\ninactive_file {GB // 2}\n"})

    assert free_memory(root) == 1.5 * GB


def test_a_container_without_a_limit_leaves_what_the_machine_has(tmp_path):
    """The word max is no number."""
    root = write(tmp_path, proc__meminfo=f"MemAvailable: {6 * 2**20} kB\n")
    group = tmp_path / "sys" / "fs" / "cgroup"
    write(group, **{"memory.max": "max\n", "memory.current": f"{2 * GB}\n"})

    assert free_memory(root) == 6 * GB


def test_older_containers_count_too_and_never_less_than_nothing(tmp_path):
    """Version 1, over its limit."""
    group = tmp_path / "sys" / "fs" / "cgroup" / "memory"
    write(group, **{"memory.limit_in_bytes": f"{GB}", "memory.usage_in_bytes": f"{2 * GB}"})

    assert free_memory(tmp_path) == 0


def test_a_system_that_does_not_tell_sets_no_bound(tmp_path):
    """Nothing is guessed."""
    assert free_memory(tmp_path) is None
