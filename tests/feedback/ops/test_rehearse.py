"""The rehearsal tells the truth: each step with its time, and success only when every one held."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from channels.sandbox.client import SandboxPhone
from feedback.ops import ports
from feedback.ops.demo.settings import settings
from feedback.ops.folder import Folder
from feedback.ops.rehearse import run
from feedback.ops.rehearse.stage import NotHeld, Stage, Step, eventually, hold, need


@pytest.fixture
def stage(tmp_path):
    home = Folder.at(tmp_path)
    told: list[Step] = []
    with SandboxPhone("http://127.0.0.1:9") as phone:
        yield Stage(settings(home, port=8000, sandbox_port=8001), home, phone, told.append)


def test_a_step_that_holds_is_told_with_its_time(stage):
    with stage.step("a text arrives"):
        time.sleep(0.02)
    (step,) = stage.steps
    assert (step.story, step.step, step.held) == ("start", "a text arrives", True)
    assert step.seconds >= 0.02


@pytest.mark.parametrize("failure", [NotHeld("the desk did not take it"), ValueError("a mistake of ours")])
def test_a_step_that_fails_ends_its_story_and_says_why(stage, failure):
    with pytest.raises(NotHeld), stage.step("a text arrives"):
        raise failure
    (step,) = stage.steps
    assert not step.held
    assert str(failure) in step.why


def test_what_never_comes_is_not_waited_for_for_ever():
    with pytest.raises(NotHeld, match=r"after 0\.2 s there is not an answer"):
        eventually(lambda: None, "an answer", seconds=0.2)


def test_what_is_missing_or_wrong_does_not_hold():
    with pytest.raises(NotHeld, match="there is not a form"):
        need(None, "a form")
    with pytest.raises(NotHeld, match="other words arrived"):
        hold(False, "other words arrived")


def test_the_report_for_machines_lists_every_step(stage, capsys):
    with stage.step("a text arrives"):
        pass
    run._end(stage, held=True, seconds=1.0, as_json=True)
    report = json.loads(capsys.readouterr().out)
    assert (report["held"], [step["step"] for step in report["steps"]]) == (True, ["a text arrives"])


@pytest.mark.full
@pytest.mark.timeout(600)
def test_all_stories_hold_in_an_installation_of_their_own(tmp_path):
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "feedback", "rehearse", "--json"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=540)
    report = json.loads(done.stdout)
    assert [step for step in report["steps"] if not step["held"]] == []
    assert {step["story"] for step in report["steps"]} == {
        "start", "text", "call", "form", "disclosure", "live call", "call-back", "end",
    }  # fmt: skip
    assert done.returncode == 0
    assert list(tmp_path.glob("rehearse-*")) == []


@pytest.mark.full
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_of_a_demo_is_left_however_it_ends(tmp_path, how):
    command = [sys.executable, "-m", "feedback", "demo", "--no-browser", "--folder", str(tmp_path / "demo")]
    command += ["--port", str(ports.free(0)), "--sandbox-port", str(ports.free(0))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        assert any("The desk is ready" in line for line in demo.stdout)
        started = processes_under(demo.pid)
        assert len(started) == 7  # Valkey, web, three workers, sandbox, and their guard
        demo.send_signal(how)
    until = time.monotonic() + 60
    while (left := [pid for pid in started if runs(pid)]) and time.monotonic() < until:
        time.sleep(0.1)
    assert left == []


def processes_under(parent: int) -> list[int]:
    stats = [path.read_text().rsplit(")", 1) for path in Path("/proc").glob("[0-9]*/stat")]
    return [int(head.split(" ", 1)[0]) for head, rest in stats if int(rest.split()[1]) == parent]


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
