"""./dev: its verbs, and how it finds a Python and keeps .venv, played with stubs instead of real installs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VERBS = ["help", "demo", "run", "test", "check", "fmt", "bench", "docs"]
TOOLS = [
    "awk",
    "cat",
    "cksum",
    "dirname",
    "env",
    "flock",
    "grep",
    "id",
    "mkdir",
    "mktemp",
    "mv",
    "rm",
    "rmdir",
    "sed",
    "sleep",
]
SHELLS = [shell for shell in ("dash", "bash", "busybox") if shutil.which(shell)]

# Stands for a Python: says its own path when it is tried, makes an environment whose python writes down its arguments.
WORKING = """#!/bin/sh
echo "python $*" >>"$LOG"
case "$1 $2" in
    "-I -c") echo "$0" ;;
    "-m venv")
        sleep 0.05
        mkdir -p "$3/bin"
        echo "home = ${0%/*}" >"$3/pyvenv.cfg"
        printf '#!/bin/sh\\necho "venv [constraint $PIP_CONSTRAINT] $*" >>"$LOG"\\n' >"$3/bin/python"
        chmod +x "$3/bin/python" ;;
esac
"""
BROKEN = '#!/bin/sh\necho "shim: version is not installed" >&2\nexit 127\n'
TOO_OLD = "#!/bin/sh\nexit 1\n"


@dataclass(frozen=True)
class Bench:
    """A copy of the script with a small machine around it: a PATH of its own, and a log of what was called."""

    root: Path
    path: Path
    log: Path
    shell: str

    def stub(self, place: str, content: str) -> Path:
        """Put an executable there: `directory/name` below the machine."""
        file = self.path.parent / place
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, encoding="utf-8")
        file.chmod(0o755)
        return file

    def command(self, *args: str) -> list[str]:
        """Answer the command line that runs the script in this shell."""
        shell = ["busybox", "sh"] if self.shell == "busybox" else [self.shell]
        found = shutil.which(shell[0]) or shell[0]
        return [found, *shell[1:], str(self.root / "dev"), *args]

    def environment(self, *directories: str, **variables: str) -> dict[str, str]:
        """Answer an environment whose PATH is the directories named, then the tools."""
        path = ":".join([*(str(self.path.parent / name) for name in directories), str(self.path)])
        return {"PATH": path, "HOME": str(self.path.parent), "LOG": str(self.log), "MEMORY": "/nowhere", **variables}

    def run(self, *args: str, on: tuple[str, ...] = ("good",), **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the script to its end."""
        environment = self.environment(*on, **variables)
        return subprocess.run(
            self.command(*args), env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    def calls(self, begin: str) -> list[str]:
        """Answer the logged calls that begin so."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [line for line in lines if line.startswith(begin)]


@pytest.fixture(params=SHELLS)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    made = Bench(tmp_path / "a clone", tmp_path / "tools", tmp_path / "log", request.param)
    made.root.mkdir()
    made.path.mkdir()
    for name in ("dev", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, made.root / name)
    for tool in (*TOOLS, "chmod", "sh", "true"):
        if found := shutil.which(tool):
            (made.path / tool).symlink_to(found)
    made.stub("good/python3.12", WORKING)
    return made


def test_help_lists_the_verbs(bench: Bench) -> None:
    done = bench.run("help")
    assert done.returncode == 0
    assert re.findall(r"(?m)^  ([a-z]+) ", done.stdout) == VERBS
    assert bench.calls("python") == []


@pytest.mark.parametrize("args", [[], ["nope"], ["run"], ["verb_help"], ["help me"]])
def test_wrong_usage_ends_with_2(bench: Bench, args: list[str]) -> None:
    done = bench.run(*args)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "usage: ./dev" in done.stderr


def test_a_broken_shim_does_not_hide_a_working_python(bench: Bench) -> None:
    for name in ("python3.13", "python3.12", "python3"):
        bench.stub(f"shims/{name}", BROKEN)
    bench.stub("old/python3", TOO_OLD)
    done = bench.run("run", "true", on=("shims", "old", "good"))
    assert done.returncode == 0, done.stderr
    assert f"home = {bench.path.parent / 'good'}" in (bench.root / ".venv/pyvenv.cfg").read_text(encoding="utf-8")


def test_a_python_of_pyenv_is_found_without_its_shims(bench: Bench) -> None:
    found = bench.stub("good/python3.12", WORKING)
    home = bench.path.parent / ".pyenv/versions/3.13.9/bin"
    home.mkdir(parents=True)
    found.rename(home / "python3")
    assert bench.run("run", "true").returncode == 0
    assert f"home = {home}" in (bench.root / ".venv/pyvenv.cfg").read_text(encoding="utf-8")


def test_a_python_of_uv_is_found(bench: Bench) -> None:
    found = bench.stub("hidden/python", WORKING)
    bench.stub("uv/uv", f'#!/bin/sh\necho "{found}"\n')
    assert bench.run("run", "true", on=("uv",)).returncode == 0
    assert f"home = {found.parent}" in (bench.root / ".venv/pyvenv.cfg").read_text(encoding="utf-8")


def test_without_a_python_it_says_what_to_do(bench: Bench) -> None:
    done = bench.run("run", "true", on=())
    assert done.returncode == 1
    assert "no Python >= 3.12 was found; install one" in done.stderr
    bench.stub("uv/uv", "#!/bin/sh\nexit 2\n")
    assert "uv python install 3.13" in bench.run("run", "true", on=("uv",)).stderr
    assert not (bench.root / ".venv").exists()


def test_python_chooses(bench: Bench) -> None:
    chosen = bench.stub("chosen/python", WORKING)
    assert bench.run("run", "true").returncode == 0
    assert bench.run("run", "true", PYTHON=str(chosen)).returncode == 0
    assert f"home = {chosen.parent}" in (bench.root / ".venv/pyvenv.cfg").read_text(encoding="utf-8")
    refused = bench.run("run", "true", PYTHON=str(bench.stub("old/python", TOO_OLD)))
    assert refused.returncode == 1
    assert "PYTHON is set, but not to a Python >= 3.12" in refused.stderr


def test_nothing_is_installed_twice(bench: Bench) -> None:
    assert bench.run("run", "true").returncode == 0
    installs = bench.calls("venv [constraint /dev/null] -m pip install")
    assert [line for line in installs if "--require-hashes" in line and "requirements.lock" in line]
    assert "--no-deps --editable" in installs[-1]
    calls = bench.log.read_text(encoding="utf-8")
    assert bench.run("run", "true").returncode == 0
    assert bench.log.read_text(encoding="utf-8") == calls


def test_a_changed_lock_is_installed_into_the_same_environment(bench: Bench) -> None:
    bench.run("run", "true")
    with (bench.root / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    before = len(bench.calls("venv"))
    assert bench.run("run", "true").returncode == 0
    assert len(bench.calls("venv")) > before
    assert len(bench.calls("python -m venv")) == 1


def test_an_environment_cut_short_or_moved_is_made_anew(bench: Bench) -> None:
    bench.run("run", "true")
    (bench.root / ".venv/.stamp").unlink()
    assert bench.run("run", "true").returncode == 0
    assert len(bench.calls("python -m venv")) == 2
    moved = Bench(bench.root.rename(bench.root.parent / "elsewhere"), bench.path, bench.log, bench.shell)
    assert moved.run("run", "true").returncode == 0
    assert len(bench.calls("python -m venv")) == 3


def test_a_failed_install_is_no_success(bench: Bench) -> None:
    failing = WORKING.replace('>>"$LOG"\\n\'', '>>"$LOG"; case "$*" in *require-hashes*) exit 1;; esac\\n\'')
    bench.stub("good/python3.12", failing)
    assert bench.run("run", "true").returncode != 0
    assert not (bench.root / ".venv/.stamp").exists()


def test_two_at_once_make_one_environment(bench: Bench) -> None:
    environment = bench.environment("good")
    both = [subprocess.Popen(bench.command("run", "true"), env=environment, stderr=subprocess.PIPE) for _ in range(3)]
    assert [one.communicate(timeout=60) and one.returncode for one in both] == [0, 0, 0]
    assert len(bench.calls("python -m venv")) == 1


def test_without_flock_two_at_once_wait_as_well(bench: Bench) -> None:
    (bench.path / "flock").unlink()
    environment = bench.environment("good")
    both = [subprocess.Popen(bench.command("run", "true"), env=environment, stderr=subprocess.PIPE) for _ in range(2)]
    assert [one.communicate(timeout=60) and one.returncode for one in both] == [0, 0]
    assert len(bench.calls("python -m venv")) == 1
    assert not (bench.root / ".venv.lock.d").exists()


def test_run_keeps_the_directory_and_gives_the_environment(bench: Bench, tmp_path: Path) -> None:
    environment = bench.environment("good", PYTHONPATH="/nowhere")
    command = bench.command(
        "run", "sh", "-c", 'echo "$PATH|$VIRTUAL_ENV|${PYTHONPATH-none}|$*"; pwd; exit 7', "x", "a b"
    )
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    first, second = done.stdout.splitlines()
    assert first.startswith(f"{bench.root}/.venv/bin:")
    assert first.endswith(f"|{bench.root}/.venv|none|a b")
    assert (second, done.returncode) == (os.path.realpath(tmp_path), 7)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ([], "-m pytest -n 2"),
        (["--quick"], "-m pytest -n 2 -m not slow"),
        (["--quick", "tests/mail", "-x"], "-m pytest -n 2 -m not slow tests/mail -x"),
        (["-k", "shape"], "-m pytest -n 2 -k shape"),
    ],
)
def test_test_passes_its_arguments_on(bench: Bench, args: list[str], expected: str) -> None:
    bench.stub("good/initdb", "#!/bin/sh\n")
    assert bench.run("test", *args).returncode == 0
    assert bench.calls("venv")[-1].endswith(f"] {expected}")


@pytest.mark.parametrize(("mebibytes", "found"), [(8_000, True), (64, False), (0, False)])
def test_tests_keep_their_data_in_memory_where_there_is_room(bench: Bench, mebibytes: int, *, found: bool) -> None:
    memory = bench.root.parent / "memory"
    memory.mkdir()
    bench.stub("good/initdb", "#!/bin/sh\n")
    bench.stub(
        "good/df", f"#!/bin/sh\necho 'Filesystem 1024-blocks Used Available'\necho 'tmpfs 1 1 {mebibytes * 1024} 0%'\n"
    )
    assert bench.run("test", "-x", MEMORY=str(memory)).returncode == 0
    assert (f"--basetemp={memory}/t." in bench.calls("venv")[-1]) is found
    assert list(memory.iterdir()) == []


JUDGES = {
    "nginx": "nginx-light",
    "haproxy": "haproxy",
    "systemd-analyze": "systemd",
    "docker-compose": "docker-compose",
    "postfix": "postfix",
    "chromium": "chromium",
}


def _on_debian(bench: Bench, *args: str, user: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the script on a machine with apt-get and without the judges, which it installs as root only."""
    bench.stub("good/initdb", "#!/bin/sh\n")
    bench.stub("debian/id", f"#!/bin/sh\necho {user}\n")
    bench.stub("debian/debconf-set-selections", '#!/bin/sh\necho "debconf $(cat)" >>"$LOG"\n')
    bench.stub("debian/apt-get", '#!/bin/sh\necho "apt-get $* [policy $(cat "$SBIN/policy-rc.d")]" >>"$LOG"\n')
    (bench.path.parent / "sbin").mkdir(exist_ok=True)
    return bench.run(*args, on=("debian", "good"), SBIN=str(bench.path.parent / "sbin"))


def test_what_judges_is_installed_at_once_and_not_started(bench: Bench) -> None:
    assert _on_debian(bench, "test").returncode == 0
    (install,) = bench.calls("apt-get")
    assert install.endswith(f" install {' '.join(JUDGES.values())} [policy #!/bin/sh")
    assert bench.calls("debconf") == ["debconf postfix postfix/main_mailer_type select No configuration"]
    assert list((bench.path.parent / "sbin").iterdir()) == []


@pytest.mark.parametrize("is_known", [True, False])
def test_the_browser_without_windows_comes_beside_another_where_debian_has_it(bench: Bench, *, is_known: bool) -> None:
    for name in JUDGES:
        bench.stub(f"good/{name}", "#!/bin/sh\n")
    bench.stub("debian/apt-cache", f"#!/bin/sh\nexit {int(not is_known)}\n")
    assert _on_debian(bench, "test").returncode == 0
    assert [" install chromium-headless-shell " in call for call in bench.calls("apt-get")] == [True] * is_known


def test_a_mail_server_that_is_there_stays(bench: Bench) -> None:
    bench.stub("good/sendmail", "#!/bin/sh\n")
    assert _on_debian(bench, "test").returncode == 0
    (install,) = bench.calls("apt-get")
    assert " postfix" not in install
    assert bench.calls("debconf") == []


def test_what_is_there_is_not_installed(bench: Bench) -> None:
    for name in JUDGES:
        bench.stub(f"good/{name}", "#!/bin/sh\n")
    assert _on_debian(bench, "test").returncode == 0
    assert bench.calls("apt-get") == []


def test_the_quick_tests_want_no_judges(bench: Bench) -> None:
    assert _on_debian(bench, "test", "--quick").returncode == 0
    assert bench.calls("apt-get") == []


def test_who_is_not_root_is_told_the_command(bench: Bench) -> None:
    done = _on_debian(bench, "test", user=1000)
    assert done.returncode == 0
    assert f"skipped; install with: sudo apt-get install -y {' '.join(JUDGES.values())}" in done.stderr
    assert bench.calls("apt-get") == []
