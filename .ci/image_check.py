"""Holds the image's configuration to what chart, compose file and documentation say of it.

    image_check.py INSPECTED REVISION

Leaves beside INSPECTED what a run of it needs: `environment`, and the chart's `pod` with its
`pod-environment`, an entry a line.
"""

import json
import pathlib
import sys

import yaml

inspected = pathlib.Path(sys.argv[1])
config = json.loads(inspected.read_text())["OCIv1"]["config"]
faults = []


def want(what, is_, should):
    if is_ != should:
        faults.append(f"{what} is {is_}, and should be {should}")


labels = config["Labels"]
want("the revision", labels["org.opencontainers.image.revision"], sys.argv[2])
chart = yaml.safe_load(open("deploy/helm/gongkit/Chart.yaml", encoding="utf-8"))
values = yaml.safe_load(open("deploy/helm/gongkit/values.yaml", encoding="utf-8"))
want("the chart's appVersion", chart["appVersion"], labels["org.opencontainers.image.version"])
want("the entry point", config["Entrypoint"], ["/usr/bin/gongkit"])
want("a health check", config.get("Healthcheck"), None)
user, group = map(int, config["User"].split(":"))
ports = {int(port.split("/")[0]) for port in config["ExposedPorts"]}
volumes = set(config["Volumes"])
environment = dict(entry.split("=", 1) for entry in config["Env"])

# The chart, as it is rendered.
pod_arguments = pod_variables = None
for name in sorted(pathlib.Path("deploy/rendered").glob("*.yaml")):
    for one in yaml.safe_load_all(name.read_text()):
        if not one or one["kind"] not in ("Deployment", "StatefulSet"):
            continue
        what = f"{name.name}: {one['metadata']['name']}"
        pod = one["spec"]["template"]["spec"]
        container = pod["containers"][0]
        want(f"{what}: user", pod["securityContext"]["runAsUser"], user)
        want(f"{what}: group", pod["securityContext"]["runAsGroup"], group)
        mounts = {mount["mountPath"] for mount in container["volumeMounts"]}
        if not volumes <= mounts:
            faults.append(f"{what}: the image writes to {volumes - mounts}, where nothing is mounted")
        open_ports = {port["containerPort"] for port in container["ports"]}
        if not open_ports <= ports:
            faults.append(f"{what}: ports {open_ports - ports} are not the image's")
        for variable in container["env"]:
            if variable["name"] in environment:
                want(f"{what}: {variable['name']}", variable["value"], environment[variable["name"]])
        if name.name == "minimal-sqlite.yaml":
            pod_arguments = container["args"]
            pod_variables = [f"{each['name']}={each['value']}" for each in container["env"]]

# The compose file.
service = yaml.safe_load(open("deploy/compose.yaml", encoding="utf-8"))["services"]["gongkit"]
want("compose: image", service["image"], f"{values['image']['repository']}:{chart['appVersion']}")
want("compose: user", service["user"], config["User"])
want("compose: read_only", service["read_only"], True)
want("compose: volumes", {each.split(":")[1] for each in service["volumes"]} & volumes, volumes)
for published in service["ports"]:
    if int(published.split(":")[-1]) not in ports:
        faults.append(f"compose: port {published} is not the image's")

if faults:
    sys.exit("image: " + "\nimage: ".join(faults))
(inspected.parent / "environment").write_text("\n".join(config["Env"]) + "\n")
(inspected.parent / "pod").write_text("\n".join(pod_arguments) + "\n")
(inspected.parent / "pod-environment").write_text("\n".join(pod_variables) + "\n")
print(f"image, chart and compose agree: user {config['User']}, {sorted(volumes)}, ports {sorted(ports)}")
