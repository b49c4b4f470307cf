"""What `deploy/` says agrees with the project: its versions, its files, its limits, its settings."""

from __future__ import annotations

import fnmatch
import ipaddress
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
from streamlit import config

from attention_viz.ui.server import access
from attention_viz.ui.server.health import OPEN
from attention_viz.ui.server.limits import limits

from .container import DEPLOY, ROOT, command, compose, dockerfile, environment, last_stage

PROGRAM_MB = 1_200
"""What the process takes beside models and results, with a class of sixty on it."""
SERVICES = {"COOKIE_SECRET": "x", "CERTIFICATE": "/c.pem", "KEY": "/k.pem"}


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def of(instructions: list[tuple[str, str]], name: str) -> list[str]:
    return [rest for found, rest in instructions if found == name]


def megabytes(size: str) -> int:
    return int(size[:-1]) * {"m": 1, "g": 1_024}[size[-1]]


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = compose(**SERVICES)["services"]
    return found


def test_the_image_installs_the_versions_of_the_requirements_with_torch_for_cpus() -> None:
    (pinned,) = re.findall(r"^torch==\S+", (ROOT / "requirements.txt").read_text(), re.M)
    (install,) = [rest for rest in of(dockerfile(), "RUN") if "torch" in rest]
    first, second = (shlex.split(each) for each in install.split("&&"))
    assert first[-3:] == [pinned, "--index-url", "https://download.pytorch.org/whl/cpu"]
    assert second[-2:] == ["--requirement", "requirements.txt"]
    assert {each.split()[0] for each in of(dockerfile(), "FROM")} == {"python:3.11-slim-bookworm"}


def test_everything_that_is_copied_is_there_and_sent_to_the_build_and_nothing_is_missing() -> None:
    ignored = [line for line in text("Dockerfile.dockerignore").splitlines() if line and not line.startswith("#")]
    assert ignored[0] == "*"
    sent = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    copied = {
        source.rstrip("/")
        for rest in of(dockerfile(), "COPY")
        if not rest.startswith("--from")
        for source in rest.split()[:-1]
    }
    assert copied == sent
    assert all((ROOT / source).exists() for source in copied)
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    outside = (
        "tests/*",
        "benchmarks/*",
        "docs/*",
        "deploy/*",
        "*.md",
        "*.json",
        "*.cff",
        ".ci/*",
        ".git*",
        ".pre-commit*",
        "py*.toml",
    )
    needed = {path.split("/")[0] for path in tracked if not any(fnmatch.fnmatch(path, each) for each in outside)}
    assert needed == copied


def test_the_image_keeps_no_installer_and_runs_as_nobody_of_the_house() -> None:
    (user,) = of(last_stage(), "USER")
    assert int(user) > 0
    assert "pip uninstall --yes" in of(last_stage(), "RUN")[0]
    assert "--without-pip" in of(dockerfile(), "RUN")[0]
    assert not re.search(r"apt-get|gcc|build-essential", text("Dockerfile"))


def test_its_command_and_its_health_check_speak_of_one_port_and_of_routes_that_are_there() -> None:
    (port,) = of(last_stage(), "EXPOSE")
    (check,) = of(last_stage(), "HEALTHCHECK")
    options = dict(word.removeprefix("--").split("=") for word in command() if word.startswith("--"))
    assert options["server.port"] == port
    assert set(options) <= set(config.get_config_options())
    checked = re.findall(r"http://127\.0\.0\.1:(\d+)(/\w+)", check)
    assert checked == [(port, "/readyz")]
    assert "/readyz" in OPEN
    assert command()[:3] == ["streamlit", "run", "app.py"]


def test_both_replicas_are_the_same_but_for_their_address(services: dict[str, Any]) -> None:
    first, second = (
        {name: value for name, value in services[app].items() if name != "networks"} for app in ("app1", "app2")
    )
    assert first == second


@pytest.mark.parametrize("name", ["app1", "app2", "nginx"])
def test_a_container_has_no_rights_and_writes_to_memory_alone(services: dict[str, Any], name: str) -> None:
    service = services[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["user"]) > 0
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert [place.split(":")[0] for place in service["tmpfs"]] == ["/tmp"]
    assert all(volume.endswith(":ro") or volume == "cache:/cache" for volume in service["volumes"])


def test_a_replica_may_take_the_memory_that_the_limits_allow(services: dict[str, Any]) -> None:
    needed = limits().models.memory_mb + limits().results.memory_mb + PROGRAM_MB
    assert needed <= megabytes(services["app1"]["mem_limit"])


def test_nginx_takes_files_as_large_as_the_limits_allow() -> None:
    (most,) = re.findall(r"client_max_body_size (\d+m);", text("nginx.conf"))
    assert limits().uploads.mb < megabytes(most) <= limits().uploads.mb + 8


def test_its_variables_are_those_that_the_programs_read(services: dict[str, Any]) -> None:
    said = services["app1"]["environment"]
    assert config.get_config_options()["server.cookieSecret"].env_var in said
    assert access.VARIABLE in said
    assert said["ATTENTION_VIZ_MODELS"] in {volume.split(":")[1] for volume in services["app1"]["volumes"]}
    assert environment()["HF_HOME"] in {volume.split(":")[1] for volume in services["app1"]["volumes"]}
    with pytest.raises(KeyError, match="COOKIE_SECRET"):
        compose()


def test_the_addresses_of_compose_are_those_of_nginx(services: dict[str, Any]) -> None:
    network = compose(**SERVICES)["networks"]["inside"]
    assert network["internal"] is True
    (subnet,) = (ipaddress.ip_network(each["subnet"]) for each in network["ipam"]["config"])
    addresses = {name: service["networks"]["inside"]["ipv4_address"] for name, service in services.items()}
    assert all(ipaddress.ip_address(address) in subnet for address in addresses.values())
    (port,) = of(last_stage(), "EXPOSE")
    servers = re.findall(r"server (\S+?)[ ;](backup)?", text("nginx.conf"))
    assert {server for server, _ in servers if ":" in server} == {
        f"{addresses[app]}:{port}" for app in ("app1", "app2")
    }
    patterns = dict(re.findall(r"~(\S+)\$ ([12]);", text("nginx.conf")))
    for pattern, number in patterns.items():
        assert re.fullmatch(pattern, f"{addresses[f'app{number}']}:{port}"), pattern
    assert sorted(patterns.values()) == ["1", "2"]
    assert services["app1"]["environment"]["FORWARDED_ALLOW_IPS"] == addresses["nginx"]


def test_the_ports_that_are_let_through_are_those_that_nginx_listens_on() -> None:
    for name, file in (("compose.yaml", "nginx.conf"), ("compose.tls.yaml", "tls.conf")):
        (inside,) = (port.split(":")[-1] for port in compose(**SERVICES, name=name)["services"]["nginx"]["ports"])
        assert re.findall(r"listen (\d+)", text(file)) == [inside]


@pytest.mark.parametrize("name", ["compose.yaml", "compose.tls.yaml", "compose.hub.yaml"])
def test_files_that_compose_mounts_are_there_and_where_nginx_reads_them(name: str) -> None:
    volumes = [
        each for service in compose(name, **SERVICES)["services"].values() for each in service.get("volumes", [])
    ]
    for source, place, *_ in (volume.split(":") for volume in volumes):
        if source.startswith("./"):
            assert (DEPLOY / source).is_file()
        if source.endswith(".pem"):
            assert place in text("tls.conf")


@pytest.mark.parametrize("name", ["compose.tls.yaml", "compose.hub.yaml"])
def test_what_is_added_is_added_to_services_that_are_there(services: dict[str, Any], name: str) -> None:
    added = compose(name, **SERVICES)
    assert set(added["services"]) <= set(services)
    networks = {network for service in added["services"].values() for network in service.get("networks", {})}
    assert networks <= set(compose(**SERVICES)["networks"])


def test_no_line_of_nginx_has_the_query_of_an_address() -> None:
    (form,) = re.findall(r"log_format without_texts '(.+)';", text("nginx.conf"))
    assert not {"$request", "$request_uri", "$args", "$query_string", "$http_referer", "$http_cookie"} & set(
        re.findall(r"\$\w+", form)
    )
    assert re.findall(r"access_log (.+);", text("nginx.conf")) == ["/dev/stdout without_texts"]
    assert re.findall(r"error_log \S+ (\w+);", text("nginx.conf")) == ["alert"]


def test_nginx_itself_finds_nothing_wrong_in_its_configuration(nginx_program: str, tmp_path: Path) -> None:
    (tmp_path / "nginx.conf").write_text(text("nginx.conf").replace("/tmp/", f"{tmp_path}/"))
    done = subprocess.run([nginx_program, "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
