"""Compares the embedder with its rivals: interleaved, same passages, medians.

    python compare.py WORKER MODEL_DIR ONNX_DIR WORLD OUT.json [ROUNDS]

WORKER is the release build of `encode_worker`, WORLD the folder that `passages.py` made. Every engine is
a process that stays; each round tells one after the other to embed all passages, so that a busy machine
is busy for all. Rates are by CPU seconds, which others on the machine hardly change; wall-clock is given
but proves nothing on a shared one. `VENV/bin/python` of this script runs the rivals.
"""

import json
import pathlib
import statistics
import subprocess
import sys

import numpy as np

HERE = pathlib.Path(__file__).parent


class Engine:
    """A process that answers each line with a line of JSON."""

    def __init__(self, name, command):
        self.name, self.runs = name, []
        self.leads = name.startswith("gongkit") or name.endswith("batch 4")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.ready = self.answer()

    def answer(self):
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        raise RuntimeError(f"{self.name} ended")

    def order(self, what):
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return self.answer()


def engines(worker, model, onnx, world):
    passages = world / "passages.jsonl"
    ours = lambda precision, threads: [worker, model, passages, precision, str(threads)]  # noqa: E731
    rival = lambda kind, batch, threads=1: [  # noqa: E731
        sys.executable, HERE / "rival.py", kind, model, onnx, passages, str(batch), str(threads)
    ]
    wanted = [
        ("gongkit i16", ours("near", 1)),
        ("gongkit f32", ours("exact", 1)),
        ("gongkit i16, 2 threads", ours("near", 2)),
        ("ONNX Runtime fp32, sorted, batch 4", rival("ort-fp32", 4)),
        ("ONNX Runtime fp32, sorted, batch 32", rival("ort-fp32", 32)),
        ("ONNX Runtime int8, sorted, batch 4", rival("ort-int8", 4)),
        ("ONNX Runtime int8, sorted, batch 32", rival("ort-int8", 32)),
        ("OpenVINO fp32, sorted, batch 4", rival("openvino", 4)),
        ("sentence-transformers, batch 32", rival("torch", 32)),
        ("fastembed as shipped, batch 256", rival("fastembed", 256)),
    ]
    for name, command in wanted:
        try:
            yield Engine(name, [str(word) for word in command])
        except RuntimeError as error:
            print("NOT RUN:", error)


def main() -> None:
    worker, model, onnx, world, out = map(pathlib.Path, sys.argv[1:6])
    rounds = int(sys.argv[6]) if len(sys.argv) > 6 else 5
    tokens = sum(len(json.loads(line)["ids"]) for line in open(world / "passages.jsonl"))
    running = list(engines(worker, model, onnx, world))
    ours = running[0]
    rooflines = []
    for at in range(rounds):
        rooflines.append(ours.order("roofline")["gflops"])
        # Those that lead run in every round, the others once.
        for engine in running if at == 0 else [engine for engine in running if engine.leads]:
            engine.runs.append(engine.order("run"))
            rate = tokens / engine.runs[-1]["cpu"]
            print(f"round {at + 1}: {engine.name}: {rate:,.0f} tokens a CPU second", flush=True)

    reference = None
    report = {"tokens": tokens, "roofline_gflops": max(rooflines), "engines": []}
    byname = {engine.name: engine for engine in running}
    order = [byname.get("sentence-transformers, batch 32"), *running]
    for engine in filter(None, order):
        file = out.with_suffix(".f32")
        engine.order(f"vectors {file}")
        vectors = np.fromfile(file, dtype="<f4").reshape(-1, 384).astype(np.float64)
        file.unlink()
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        if reference is None:
            reference = vectors
        cosines = (vectors * reference).sum(1)
        alike = lambda of: np.argsort(-(of[:100] @ of.T), axis=1)[:, 1:11]  # noqa: E731
        overlap = np.mean([
            len(set(a) & set(b)) / 10 for a, b in zip(alike(vectors), alike(reference))
        ])
        engine.cosine = (cosines.mean(), cosines.min(), overlap)
    for engine in running:
        asked = engine.order(f"queries {world / 'queries.jsonl'}")
        cpu = sorted(engine.order(f"queries {world / 'queries.jsonl'}")["cpu"])
        wall = sorted(asked["wall"])
        report["engines"].append({
            "name": engine.name,
            "tokens_per_cpu_second": tokens / statistics.median(run["cpu"] for run in engine.runs),
            "tokens_per_second": tokens / statistics.median(run["wall"] for run in engine.runs),
            "query_cpu_ms_p50": 1e3 * cpu[len(cpu) // 2],
            "query_wall_ms_p50": 1e3 * wall[len(wall) // 2],
            "query_wall_ms_p99": 1e3 * wall[int(len(wall) * 0.99)],
            "peak_mb": engine.runs[-1]["peak_mb"],
            "cosine_mean": engine.cosine[0],
            "cosine_min": engine.cosine[1],
            "overlap_10": engine.cosine[2],
        })
        engine.process.stdin.close()
        engine.process.wait()
    out.write_text(json.dumps(report, indent=1) + "\n")
    print(f"roofline {report['roofline_gflops']:.1f} GFLOP/s of f32")
    print("| engine | tokens a CPU second | a query, CPU ms p50 | peak MB | mean cosine | least | top 10 |")
    for line in report["engines"]:
        print("| {name} | {tokens_per_cpu_second:,.0f} | {query_cpu_ms_p50:.2f} | {peak_mb:.0f} |"
              " {cosine_mean:.8f} | {cosine_min:.6f} | {overlap_10:.4f} |".format(**line))


if __name__ == "__main__":
    main()
