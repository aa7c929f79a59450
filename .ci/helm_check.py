"""Judges rendered manifests by what only a real API server would see.

    helm_check.py FILE...       checks each file
    helm_check.py --prove FILE  breaks the file in each way that is checked, and wants each noticed
    helm_check.py --core FILE   prints what belongs to Kubernetes itself, for other judges

References resolve, selectors find pods, ports have their names, quantities are quantities, a budget
says one thing, nothing is scaled twice, and no pod has more rights than it needs.
"""

import copy
import json
import re
import sys

import yaml

QUANTITY = re.compile(r"^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$")
NAME = re.compile(r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")
WORKLOADS = ("Deployment", "StatefulSet")
# Of other projects: no schema of Kubernetes knows them, so their form is held here.
OTHERS = {
    "ScaledObject": ("keda.sh/v1alpha1", ("scaleTargetRef", "triggers", "maxReplicaCount")),
    "ServiceMonitor": ("monitoring.coreos.com/v1", ("selector", "endpoints")),
    "PrometheusRule": ("monitoring.coreos.com/v1", ("groups",)),
    "ExternalSecret": ("external-secrets.io/v1", ("secretStoreRef", "target", "data")),
    "PeerAuthentication": ("security.istio.io/v1", ("mtls",)),
    "AuthorizationPolicy": (
        ("security.istio.io/v1", "policy.linkerd.io/v1alpha1"),
        (),
    ),
    "Server": ("policy.linkerd.io/v1beta3", ("podSelector", "port")),
    "MeshTLSAuthentication": ("policy.linkerd.io/v1alpha1", ("identities",)),
}


def read(path):
    with open(path, encoding="utf-8") as file:
        return [one for one in yaml.safe_load_all(file) if one]


def selects(selector, labels):
    return bool(selector) and all(labels.get(key) == value for key, value in selector.items())


def check(objects):
    """Every fault, a line each."""
    faults = []
    by = {}
    for one in objects:
        kind, name = one.get("kind"), one["metadata"]["name"]
        if not NAME.match(name):
            faults.append(f"{kind}/{name}: no name")
        if (kind, name, one["apiVersion"]) in by:
            faults.append(f"{kind}/{name}: twice")
        by[kind, name, one["apiVersion"]] = one
    pods = [
        (one, one["spec"]["template"]) for one in objects if one["kind"] in WORKLOADS
    ]

    def named(kind, name):
        return any(one["kind"] == kind and one["metadata"]["name"] == name for one in objects)

    def found(selector):
        return [pod for _, pod in pods if selects(selector, pod["metadata"]["labels"])]

    def ports(pod):
        return {
            port["name"]: port["containerPort"]
            for container in pod["spec"]["containers"]
            for port in container.get("ports", [])
        }

    for owner, pod in pods:
        what = f"{owner['kind']}/{owner['metadata']['name']}"
        spec = pod["spec"]
        if not selects(owner["spec"]["selector"]["matchLabels"], pod["metadata"]["labels"]):
            faults.append(f"{what}: its selector does not find its pods")
        if len(found(owner["spec"]["selector"]["matchLabels"])) != 1:
            faults.append(f"{what}: its selector finds pods of others")
        if not named("ServiceAccount", spec["serviceAccountName"]):
            faults.append(f"{what}: no such service account")
        if spec.get("automountServiceAccountToken") is not False:
            faults.append(f"{what}: it gets a token of the API server")
        if spec["securityContext"].get("runAsNonRoot") is not True:
            faults.append(f"{what}: it may be root")
        if spec["securityContext"].get("seccompProfile", {}).get("type") != "RuntimeDefault":
            faults.append(f"{what}: no seccomp profile")
        volumes = {volume["name"] for volume in spec.get("volumes", [])}
        volumes |= {
            claim["metadata"]["name"] for claim in owner["spec"].get("volumeClaimTemplates", [])
        }
        if owner["kind"] == "StatefulSet":
            if not named("Service", owner["spec"]["serviceName"]):
                faults.append(f"{what}: no such service")
            if owner["spec"].get("replicas") != 1:
                faults.append(f"{what}: one volume has one writer")
        for claim in owner["spec"].get("volumeClaimTemplates", []):
            size = claim["spec"]["resources"]["requests"]["storage"]
            if not QUANTITY.match(str(size)):
                faults.append(f"{what}: {size} is no quantity")
        for container in spec["containers"]:
            mounts = {mount["name"] for mount in container.get("volumeMounts", [])}
            if mounts != volumes:
                faults.append(f"{what}: volumes and mounts differ: {sorted(mounts ^ volumes)}")
            own = container.get("securityContext", {})
            if own.get("readOnlyRootFilesystem") is not True or own.get("privileged"):
                faults.append(f"{what}: its root is not read-only")
            if own.get("capabilities", {}).get("drop") != ["ALL"]:
                faults.append(f"{what}: it keeps capabilities")
            if own.get("allowPrivilegeEscalation") is not False:
                faults.append(f"{what}: it may gain privileges")
            for kind, of in container.get("resources", {}).items():
                for resource, amount in of.items():
                    if not QUANTITY.match(str(amount)):
                        faults.append(f"{what}: {kind}.{resource} {amount} is no quantity")
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                if container.get(probe, {}).get("httpGet", {}).get("port") not in ports(pod):
                    faults.append(f"{what}: {probe} asks at no port")
            if container.get("livenessProbe", {}).get("httpGet", {}).get("path") != "/livez":
                faults.append(f"{what}: liveness may depend on others")
            if ":latest" in container["image"] or not re.search("[:@]", container["image"]):
                faults.append(f"{what}: nobody knows what runs")
            files = {
                item["path"]
                for volume in spec["volumes"]
                for item in volume.get("secret", {}).get("items", [])
            }
            for variable in container.get("env", []):
                value = variable.get("value", "")
                if value.startswith("/secrets/") and value.split("/")[-1] not in files:
                    faults.append(f"{what}: {variable['name']} names a file that is not mounted")
                if "valueFrom" in variable:
                    faults.append(f"{what}: {variable['name']} may hold a secret")
        grace = spec["terminationGracePeriodSeconds"]
        pause = spec["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
        if grace < pause + 20:
            faults.append(f"{what}: it is killed before it has drained")

    scaled = {}
    for one in objects:
        kind, name, spec = one["kind"], one["metadata"]["name"], one.get("spec", {})
        what = f"{kind}/{name}"
        if kind == "Service":
            pods_found = found(spec["selector"])
            if len(pods_found) != 1:
                faults.append(f"{what}: it finds {len(pods_found)} kinds of pods")
            for port in spec["ports"]:
                if pods_found and port["targetPort"] not in ports(pods_found[0]):
                    faults.append(f"{what}: no port {port['targetPort']}")
        elif kind == "PodDisruptionBudget":
            if ("minAvailable" in spec) == ("maxUnavailable" in spec):
                faults.append(f"{what}: it must say one of two things")
            if len(found(spec["selector"]["matchLabels"])) != 1:
                faults.append(f"{what}: it finds no pods")
        elif kind in ("HorizontalPodAutoscaler", "ScaledObject"):
            target = spec["scaleTargetRef"]
            owner = by.get((target["kind"], target["name"], target["apiVersion"]))
            if owner is None:
                faults.append(f"{what}: it scales nothing")
            elif "replicas" in owner["spec"]:
                faults.append(f"{what}: {target['name']} has a fixed number as well")
            if scaled.setdefault(target["name"], what) != what:
                faults.append(f"{what}: {target['name']} is scaled twice")
            least = spec.get("minReplicas", spec.get("minReplicaCount"))
            if least > spec.get("maxReplicas", spec.get("maxReplicaCount")):
                faults.append(f"{what}: at least more than at most")
        elif kind == "NetworkPolicy":
            pods_found = found(spec["podSelector"].get("matchLabels", {}))
            if not pods_found:
                faults.append(f"{what}: it finds no pods")
            for rule in spec.get("ingress", []):
                for port in rule.get("ports", []):
                    if pods_found and port["port"] not in ports(pods_found[0]):
                        faults.append(f"{what}: no port {port['port']}")
            for rule in spec.get("egress", []):
                for peer in rule["to"]:
                    block = peer.get("ipBlock", {})
                    if block.get("cidr") == "0.0.0.0/0" and "169.254.0.0/16" not in block["except"]:
                        faults.append(f"{what}: the metadata address is open")
        elif kind == "ServiceMonitor":
            services = [
                other
                for other in objects
                if other["kind"] == "Service"
                and selects(spec["selector"]["matchLabels"], other["metadata"]["labels"])
            ]
            if len(services) != len(pods):
                faults.append(f"{what}: {len(services)} of {len(pods)} kinds of pods are watched")
        if kind in OTHERS:
            version, keys = OTHERS[kind]
            if one["apiVersion"] not in version:
                faults.append(f"{what}: {one['apiVersion']} is not its version")
            for key in keys:
                if not spec.get(key):
                    faults.append(f"{what}: it has no {key}")
            reference = spec.get("targetRef")
            if reference and not named(reference["kind"], reference["name"]):
                faults.append(f"{what}: no {reference['name']}")
            for reference in spec.get("requiredAuthenticationRefs", []):
                if not named(reference["kind"], reference["name"]):
                    faults.append(f"{what}: no {reference['name']}")
            if kind == "Server":
                pods_found = found(spec["podSelector"]["matchLabels"])
                if not pods_found or spec["port"] not in ports(pods_found[0]):
                    faults.append(f"{what}: no port {spec['port']}")
            if kind == "ExternalSecret":
                made = {entry["secretKey"] for entry in spec["data"]}
                wanted = {
                    item["key"]
                    for _, pod in pods
                    for volume in pod["spec"]["volumes"]
                    for item in volume.get("secret", {}).get("items", [])
                }
                if made != wanted:
                    faults.append(f"{what}: makes {made ^ wanted} too much or too little")
    for _, pod in pods:
        policies = [
            one
            for one in objects
            if one["kind"] == "NetworkPolicy"
            and selects(one["spec"]["podSelector"]["matchLabels"], pod["metadata"]["labels"])
        ]
        if len(policies) < 2:
            faults.append("a pod is not fenced")
    return faults


def first(objects, kind):
    return next(one for one in objects if one["kind"] == kind)


def breakages():
    """Each fault once, as a function that makes it."""

    def pod(objects):
        return first(objects, "Deployment")["spec"]["template"]

    def container(objects):
        return pod(objects)["spec"]["containers"][0]

    def twice(objects):
        scaler = copy.deepcopy(first(objects, "HorizontalPodAutoscaler"))
        scaler["metadata"]["name"] += "-too"
        objects.append(scaler)

    return {
        "a label that no selector finds": lambda o: pod(o)["metadata"]["labels"].update(
            {"app.kubernetes.io/component": "other"}
        ),
        "a quantity": lambda o: container(o)["resources"]["requests"].update(cpu="100mm"),
        "a port of a service": lambda o: first(o, "Service")["spec"]["ports"][0].update(
            targetPort="htpp"
        ),
        "a probe": lambda o: container(o)["readinessProbe"]["httpGet"].update(port="admn"),
        "a budget of two minds": lambda o: first(o, "PodDisruptionBudget")["spec"].update(
            minAvailable=1
        ),
        "a target": lambda o: first(o, "HorizontalPodAutoscaler")["spec"][
            "scaleTargetRef"
        ].update(name="nobody"),
        "a deployment scaled twice": twice,
        "root": lambda o: pod(o)["spec"]["securityContext"].update(runAsNonRoot=False),
        "a root that can be written": lambda o: container(o)["securityContext"].update(
            readOnlyRootFilesystem=False
        ),
        "a mount": lambda o: container(o)["volumeMounts"].pop(),
        "a secret that is not mounted": lambda o: container(o)["env"].append(
            {"name": "X", "value": "/secrets/other"}
        ),
        "a policy": lambda o: o.remove(first(o, "NetworkPolicy")),
        "a token of the API server": lambda o: pod(o)["spec"].update(
            automountServiceAccountToken=True
        ),
    }


def main():
    mode, *paths = sys.argv[1:]
    if mode == "--core":
        core = [one for one in read(paths[0]) if one["kind"] not in OTHERS]
        print(yaml.safe_dump_all(core), end="")
        return 0
    if mode == "--prove":
        objects = read(paths[0])
        assert not check(objects), check(objects)
        for what, breaks in breakages().items():
            broken = json.loads(json.dumps(objects))
            breaks(broken)
            if not check(broken):
                print(f"not noticed: {what}")
                return 1
        print(f"{len(breakages())} faults made, all noticed")
        return 0
    faults = [f"{path}: {fault}" for path in [mode, *paths] for fault in check(read(path))]
    print("\n".join(faults) or f"{1 + len(paths)} renders: every reference resolves")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
