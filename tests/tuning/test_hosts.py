"""Laws of HOSTS.md: its commands start what it says, its manifests and scripts fit the code."""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
import yaml

import zoo.tuning
from zoo import cli
from zoo.recipes import recipe_named
from zoo.recipes.hosts import VARIABLES, read_hosts
from zoo.tuning import SearchError, search
from zoo.tuning.processes import VARIABLES as TUNER_VARIABLES
from zoo.tuning.processes import part_of
from zoo.tuning.results import read_results
from zoo.tuning.study import Study
from zoo.tuning.supervise import await_study

PAGE = (Path(zoo.tuning.__file__).parent / "HOSTS.md").read_text()
HERE = Path(__file__).parent
SECONDS = 240
INDEX = "metadata.annotations['batch.kubernetes.io/job-completion-index']"
pytestmark = pytest.mark.usefixtures("light_processes")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def by_hand(command):
    """Return the blocks for two hosts that call a command."""
    found = [each for each in blocks("bash") if each.startswith("# on host") and command in each]
    assert len(found) == 2
    return found


def slurm(command):
    (found,) = [each for each in blocks("bash") if "#SBATCH" in each and command in each]
    return found


def program(folder, name, text):
    """Write a program that stands in for another one on the path."""
    path = folder / name
    path.write_text(textwrap.dedent(text).lstrip())
    path.chmod(0o755)


@pytest.fixture
def path(tmp_path):
    """A folder of programs, with a `zoo` that only writes down how it was called."""
    folder = tmp_path / "bin"
    folder.mkdir()
    recorder = f"""
        #!{sys.executable}
        import json, os, sys
        with open({str(tmp_path / "calls")!r}, "a") as file:
            file.write(json.dumps([sys.argv[1:], dict(os.environ)]) + "\\n")
    """
    program(folder, "zoo", recorder)
    # What these two do of the real ones: tell the nodes, and run a command once a task.
    # More than a pipe holds: it breaks if its reader takes the first name and leaves.
    scontrol = "#!/bin/bash\necho node001\nfor ((i = 0; i < 20000; i++)); do echo node002; done\n"
    program(folder, "scontrol", scontrol)
    tasks = """
        #!/bin/bash
        while [[ $1 == --* ]]; do shift; done
        for ((i = 0; i < SLURM_NTASKS; i++)); do SLURM_PROCID=$i "$@" & done
        wait
    """
    program(folder, "srun", tasks)
    return folder


def calls(tmp_path):
    return [json.loads(line) for line in (tmp_path / "calls").read_text().splitlines()]


def run(script, path, **more):
    environment = {**os.environ, **more, "PATH": f"{path}:{os.environ['PATH']}"}
    process = subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=SECONDS
    )
    assert process.returncode == 0, process.stderr


def assert_understood(command):
    """Check that the command line takes a command, and its recipe the recipe's own arguments."""
    options = cli.parser().parse_args(command)
    recipe_named(options.recipe).parse(options.arguments)
    return options


@pytest.mark.slow("a search by the processes of two hosts")
def test_the_search_by_hand_runs_over_loopback(path, tmp_path):
    (tmp_path / "plan.json").write_text("{}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    stand_in = f"""
        #!{sys.executable}
        import sys
        from zoo import cli
        given = [{str(HERE / "recipe.py")!r} if a == "brackets" else a for a in sys.argv[1:]]
        sys.exit(cli.main([*given, "--arguments", "--plan", {str(tmp_path / "plan.json")!r}]))
    """
    program(path, "zoo", stand_in)
    here = {"10.0.0.1": "127.0.0.1", "7000": port, "/shared": str(tmp_path)}
    scripts = [
        re.sub("|".join(here), lambda match: here[match[0]], each) for each in by_hand("zoo tune")
    ]
    environment = {**os.environ, "PATH": f"{path}:{os.environ['PATH']}"}
    started = [
        subprocess.Popen(["bash", "-c", each], env=environment, stdout=subprocess.PIPE, text=True)
        for each in scripts
    ]
    printed = [process.communicate(timeout=SECONDS)[0] for process in started]
    folder = tmp_path / "tune-brackets"
    assert [process.returncode for process in started] == [0, 0], printed
    assert [result.status for result in read_results(folder)] == ["COMPLETED"] * 8
    ran = folder.glob("trials/trial_*/full/starts")
    assert [len(each.read_text().split()) for each in ran] == [1] * 8
    assert {each.stem for each in folder.glob("*.log")} == {"chief", "tuner0", "tuner1"}
    assert len((folder / "trials.csv").read_text().splitlines()) == 1 + 8


def test_the_training_by_hand_names_the_hosts(path, tmp_path):
    for script in by_hand("zoo train"):
        run(script, path)
    hosts = []
    for command, environment in calls(tmp_path):
        options, _ = recipe_named("ner").parse(assert_understood(command).arguments)
        own = [getattr(options, name) for name in ("coordinator", "processes", "process")]
        hosts.append(read_hosts(*own, environment))
        assert environment["KERAS_BACKEND"] == "jax" and options.devices == "auto"
    assert [each.process for each in hosts] == [0, 1]
    assert {(each.coordinator, each.processes) for each in hosts} == {("10.0.0.1:7000", 2)}


@pytest.mark.parametrize("command", ["zoo tune", "zoo train"])
def test_a_slurm_script_starts_each_process_once(command, path, tmp_path):
    script = slurm(command)
    assert script.startswith("#!/bin/bash\n")
    nodes = re.search(r"^#SBATCH --nodes=(\d+)$", script, flags=re.MULTILINE)[1]
    settings = {"SLURM_NTASKS": nodes, "SLURM_JOB_ID": "123456", "SLURM_JOB_NODELIST": "node[1-2]"}
    run(script, path, **settings)
    found = calls(tmp_path)
    assert len({tuple(given) for given, _ in found}) == 1  # the same command everywhere
    assert_understood(found[0][0])
    environments = [environment for _, environment in found]
    if command == "zoo tune":
        names = sorted(part_of(each) for each in environments)
        assert names == ["chief", *(f"tuner{i}" for i in range(int(nodes)))]
        addresses = {tuple(each[name] for name in TUNER_VARIABLES[1:]) for each in environments}
        assert addresses == {("node001", "23456")}
    else:
        hosts = sorted(read_hosts(None, None, None, each) for each in environments)
        assert [tuple(each) for each in hosts] == [
            ("node001:23456", int(nodes), i) for i in range(int(nodes))
        ]


def jobs():
    """Yield name, specification and environments, one a pod, of each job of the manifests."""
    for manifest in blocks("yaml"):
        for each in yaml.safe_load_all(manifest):
            if each["kind"] == "Job":
                yield each["metadata"]["name"], each["spec"], pods(each["spec"])


def pods(spec):
    (container,) = spec["template"]["spec"]["containers"]
    return [environment(container["env"], index) for index in range(spec.get("completions", 1))]


def environment(variables, index):
    """Return the variables of the pod of an index, as Kubernetes makes them."""
    values = {}
    for each in variables:
        if "valueFrom" in each:
            assert each["valueFrom"]["fieldRef"]["fieldPath"] == INDEX
            values[each["name"]] = str(index)
        else:
            known = re.sub(r"\$\((\w+)\)", lambda match: values[match[1]], each["value"])
            values[each["name"]] = known
    return values


def services():
    manifests = [each for text in blocks("yaml") for each in yaml.safe_load_all(text)]
    return {each["metadata"]["name"]: each["spec"] for each in manifests if each["kind"] != "Job"}


def test_the_manifests_start_each_process_once():
    names, processes = [], []
    for name, spec, found in jobs():
        (container,) = spec["template"]["spec"]["containers"]
        assert container["command"][0] == "zoo"
        assert_understood(container["command"][1:])
        assert spec.get("parallelism", 1) == spec.get("completions", 1) == len(found)
        if name.startswith("zoo-tune"):
            names += [part_of(each) for each in found]
        else:
            processes += [read_hosts(None, None, None, each) for each in found]
    assert sorted(names) == ["chief", *(f"tuner{i}" for i in range(4))]
    assert [tuple(each) for each in processes] == [
        ("zoo-train-0.zoo-train:7000", len(processes), i) for i in range(len(processes))
    ]


def test_the_manifests_lead_to_the_chief_and_the_coordinator():
    found, known = {name: (spec, pods) for name, spec, pods in jobs()}, services()
    labels = {name: spec["template"]["metadata"]["labels"] for name, (spec, _) in found.items()}
    chief, worker = found["zoo-tune-chief"][1][0], found["zoo-tune-workers"][1][0]
    service = known[worker["KERASTUNER_ORACLE_IP"]]
    assert service["selector"] == labels["zoo-tune-chief"] != labels["zoo-tune-workers"]
    assert str(service["ports"][0]["port"]) == worker["KERASTUNER_ORACLE_PORT"]
    assert chief["KERASTUNER_ORACLE_PORT"] == worker["KERASTUNER_ORACLE_PORT"]
    spec, (first, *_) = found["zoo-train"]
    host, domain = first["KERAS_DISTRIBUTION_JOB_ADDRESSES"].partition(":")[0].split(".")
    assert host == "zoo-train-0" and spec["template"]["spec"]["subdomain"] == domain
    assert known[domain]["selector"] == labels["zoo-train"]


def test_the_page_names_the_variables_and_runs_as_python():
    for name in (*TUNER_VARIABLES, *VARIABLES):
        assert f"`{name}`" in PAGE
    (code,) = blocks("python")
    imports = [line for line in code.splitlines() if line.startswith("from ")]
    exec("\n".join(imports))
    compile(code, "HOSTS.md", "exec")
    assert all(shlex.split(each, comments=True) for each in blocks("bash"))


@pytest.mark.parametrize(
    ("given", "workers", "message"),
    [
        ({"KERASTUNER_ORACLE_IP": "a"}, 1, "missing: KERASTUNER_TUNER_ID, KERASTUNER_ORACLE_PORT$"),
        ({"KERASTUNER_ORACLE_PORT": "1"}, 1, "missing: KERASTUNER_TUNER_ID, KERASTUNER_ORACLE_IP$"),
        (dict.fromkeys(TUNER_VARIABLES, "1"), 2, "`workers` must be 1 .*; got 2"),
    ],
)
def test_a_part_that_cannot_be_is_refused(given, workers, message):
    with pytest.raises(SearchError, match=message):
        part_of(given, workers)


def test_a_worker_waits_for_the_chiefs_study(tmp_path):
    lines = []
    with pytest.raises(SearchError, match="The chief writes it; all hosts must share"):
        await_study(tmp_path, lines.append, seconds=0)
    (tmp_path / "study.json").write_text('{"recipe": ')  # not yet whole
    with pytest.raises(SearchError, match="no study.json"):
        await_study(tmp_path, lines.append, seconds=0)
    study = Study("brackets", trials=3)
    (tmp_path / "study.json").unlink()
    study.save(tmp_path)
    assert await_study(tmp_path, lines.append) == study


def test_a_worker_whose_search_ended_without_it_ends_too(tmp_path, monkeypatch):
    Study("brackets", trials=3).save(tmp_path)
    with socket.socket() as nobody:  # bound, so that no chief answers there
        nobody.bind(("127.0.0.1", 0))
        values = ("tuner1", "127.0.0.1", str(nobody.getsockname()[1]))
        for name, value in zip(TUNER_VARIABLES, values, strict=True):
            monkeypatch.setenv(name, value)

        def end_the_search():
            while not (tmp_path / "tuner1.log").exists():
                time.sleep(0.01)
            (tmp_path / "trials.csv").write_text("")

        chief = threading.Thread(target=end_the_search)
        chief.start()
        assert search(Study("brackets", trials=3), tmp_path, report=lambda line: None) == []
        chief.join()
