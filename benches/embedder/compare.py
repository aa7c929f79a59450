"""Compares the embedder with its rivals: one run, interleaved, same passages and tokens, medians.

    python compare.py WORKER MODEL_DIR ONNX_DIR WORLD OUT.json [ROUNDS] [--candle CANDLE] [--only WORD]

WORKER is the release build of `encode_worker`, WORLD the folder that `passages.py` made, CANDLE the
binary of `benches/embedder/candle`. Every engine is a process that stays; each round tells one after the
other to embed all passages, so that a busy machine is busy for all. First every engine has one thread:
tokens a CPU second, vectors, questions one by one, memory. Then every engine has two threads, and once
more two processes of one thread: wall-clock, which proves something only on a quiet machine.

What is not installed, or ends, is left out and named at the beginning and at the end, and in OUT.json.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

HERE = pathlib.Path(__file__).parent
REFERENCE = "sentence-transformers, batch 32"


class Engine:
    """A process that answers each line with a line of JSON."""

    def __init__(self, name, command, threads):
        self.name, self.runs = name, []
        environment = dict(os.environ, RAYON_NUM_THREADS=str(threads), OMP_NUM_THREADS=str(threads))
        # A file: a pipe that nobody reads would fill, and stop a rival that warns a lot.
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self.errors, text=True, env=environment,
        )
        self.answer()

    def answer(self):
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        self.process.wait()
        self.errors.seek(0)
        words = self.errors.read().strip().splitlines()
        raise RuntimeError(words[-1] if words else "ended without a word")

    def tell(self, what):
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()

    def order(self, what):
        self.tell(what)
        return self.answer()

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class Pair:
    """Two processes of one thread that share the passages; together they are one engine."""

    def __init__(self, name, command_of, halves):
        self.name, self.runs = name, []
        self.both = [Engine(name, command_of(half), 1) for half in halves]

    def order(self, what):
        begun = time.perf_counter()
        for engine in self.both:
            engine.tell(what)
        answers = [engine.answer() for engine in self.both]
        return {
            "cpu": sum(answer["cpu"] for answer in answers),
            "wall": time.perf_counter() - begun,
            "peak_mb": sum(answer["peak_mb"] for answer in answers),
        }

    def end(self):
        for engine in self.both:
            engine.end()


class Table:
    """Every engine of the comparison: its name, and its command for passages and threads."""

    def __init__(self, given):
        rival = lambda kind, batch: lambda passages, threads: [  # noqa: E731
            sys.executable, HERE / "rival.py", kind, given.model, given.onnx, passages, batch, threads
        ]
        ours = lambda precision: lambda passages, threads: [  # noqa: E731
            given.worker, given.model, passages, precision, threads
        ]
        candle = lambda order, batch: lambda passages, _: [  # noqa: E731
            given.candle, given.model, passages, order, batch
        ]
        self.engines = {
            "gongkit i16": ours("near"),
            "gongkit f32": ours("exact"),
            "ONNX Runtime fp32, sorted, batch 4": rival("ort-fp32", 4),
            "ONNX Runtime fp32, sorted, batch 32": rival("ort-fp32", 32),
            "ONNX Runtime int8, sorted, batch 4": rival("ort-int8", 4),
            "ONNX Runtime int8, sorted, batch 32": rival("ort-int8", 32),
            "OpenVINO fp32, sorted, batch 4": rival("openvino", 4),
            REFERENCE: rival("torch", 32),
            "fastembed as shipped, batch 256": rival("fastembed", 256),
            "candle BertModel, as they come, batch 32": candle("naive", 32),
            "candle BertModel, sorted, batch 8": candle("sorted", 8),
        }
        self.pairs = [
            "gongkit i16",
            "ONNX Runtime fp32, sorted, batch 4",
            "ONNX Runtime int8, sorted, batch 4",
        ]
        self.given, self.left_out = given, {}

    def start(self, threads, passages):
        for name, command in self.engines.items():
            if name in self.left_out:
                continue
            if self.given.only and self.given.only.lower() not in name.lower():
                self.left_out[name] = "not asked for (--only)"
            elif name.startswith("candle") and not self.given.candle:
                self.left_out[name] = "no --candle BINARY; build benches/embedder/candle"
            else:
                yield from self.tried(name, lambda: Engine(name, command(passages, threads), threads))

    def start_pairs(self, halves):
        for name in self.pairs:
            if name not in self.left_out:
                command = self.engines[name]
                yield from self.tried(name, lambda: Pair(name, lambda half: command(half, 1), halves))

    def tried(self, name, start):
        try:
            yield start()
        except (RuntimeError, OSError) as error:
            self.left_out[name] = str(error)
            print(f"*** NOT RUN: {name}: {error}", flush=True)


def tokens_of(file):
    return [len(json.loads(line)["ids"]) for line in open(file)]


def rounds_of(engines, rounds, tokens, what, before=lambda: None):
    for at in range(rounds):
        before()
        for engine in engines:
            engine.runs.append(engine.order("run"))
            run = engine.runs[-1]
            print(f"{what}, round {at + 1}: {engine.name}: {tokens / run['cpu']:,.0f} tokens a CPU second,"
                  f" {tokens / run['wall']:,.0f} a second", flush=True)


def median(engine, field):
    return statistics.median(run[field] for run in engine.runs)


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def compare_vectors(engines, out):
    """Cosine to PyTorch, or to our exact vectors where PyTorch is not there, and the ten nearest."""
    byname = {engine.name: engine for engine in engines}
    judge = byname.get(REFERENCE) or byname.get("gongkit f32") or engines[0]
    found = {}
    for engine in engines:
        file = out.with_suffix(".f32")
        engine.order(f"vectors {file}")
        vectors = np.fromfile(file, dtype="<f4").reshape(-1, 384).astype(np.float64)
        file.unlink()
        found[engine.name] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    reference = found[judge.name]
    nearest = lambda of: np.argsort(-(of[:100] @ of.T), axis=1)[:, 1:11]  # noqa: E731
    for engine in engines:
        vectors = found[engine.name]
        cosines = (vectors * reference).sum(1)
        pairs = zip(nearest(vectors), nearest(reference))
        overlap = np.mean([len(set(a) & set(b)) / 10 for a, b in pairs])
        engine.sameness = {
            "cosine_mean": cosines.mean(), "cosine_min": cosines.min(), "overlap_10": overlap
        }
    return judge.name


def ask_queries(engine, file, tokens):
    engine.order(f"queries {file}")
    asked = engine.order(f"queries {file}")
    within = [1e3 * cpu <= 1 + 0.25 * count for cpu, count in zip(asked["cpu"], tokens)]
    return {
        f"query_{kind}_ms_{label}": 1e3 * percentile(asked[kind], share)
        for kind in ("cpu", "wall") for label, share in (("p50", 0.5), ("p99", 0.99))
    } | {"queries_within_bar": sum(within) / len(within)}


def write_halves(world, file):
    """The passages by length, every second one to each half: both have as much to do."""
    lines = sorted(file.read_text().splitlines(), key=lambda line: -len(json.loads(line)["ids"]))
    halves = [world / "half-0.jsonl", world / "half-1.jsonl"]
    for at, half in enumerate(halves):
        half.write_text("\n".join(lines[at::2]) + "\n")
    return halves


def processor():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    value = lambda key: next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), "")  # noqa: E731
    wide = [flag for flag in ("fma", "avx2", "avx512f", "avx512_vnni", "avx_vnni") if flag in value("flags").split()]
    return f"{value('model name')} (family {value('cpu family')}, model {value('model')}; {' '.join(wide)})"


def main() -> None:
    words = argparse.ArgumentParser()
    for name in ("worker", "model", "onnx", "world", "out"):
        words.add_argument(name, type=pathlib.Path)
    words.add_argument("rounds", type=int, nargs="?", default=3)
    words.add_argument("--candle", type=pathlib.Path)
    words.add_argument("--only", help="engines whose name has this word")
    given = words.parse_args()
    table, passages = Table(given), given.world / "passages.jsonl"
    queries = given.world / "queries.jsonl"
    tokens, of_queries = sum(tokens_of(passages)), tokens_of(queries)
    report = {
        "processor": processor(), "cpus": os.cpu_count(), "load_before": os.getloadavg()[0],
        "passages": len(tokens_of(passages)), "tokens": tokens,
        "queries": len(of_queries), "query_tokens_median": statistics.median(of_queries),
        "query_tokens_most": max(of_queries), "rounds": given.rounds,
    }
    print(json.dumps(report), flush=True)

    running = list(table.start(1, passages))
    if not running:
        raise SystemExit("no engine is there")
    ours = next((engine for engine in running if engine.name.startswith("gongkit")), None)
    rooflines = []
    roofline = lambda: ours and rooflines.append(ours.order("roofline")["gflops"])  # noqa: E731
    rounds_of(running, given.rounds, tokens, "one thread", roofline)
    report["roofline_gflops"] = max(rooflines, default=None)
    report["compared_with"] = compare_vectors(running, given.out)
    rows = {}
    for engine in running:
        rows[engine.name] = {
            "name": engine.name,
            "tokens_per_cpu_second": tokens / median(engine, "cpu"),
            "tokens_per_cpu_second_runs": [tokens / run["cpu"] for run in engine.runs],
            "peak_mb": engine.runs[-1]["peak_mb"],
        } | engine.sameness | ask_queries(engine, queries, of_queries)
        engine.end()

    running = list(table.start(2, passages))
    rounds_of(running, given.rounds, tokens, "two threads")
    for engine in running:
        row = rows.setdefault(engine.name, {"name": engine.name})
        row["two_threads_tokens_per_second"] = tokens / median(engine, "wall")
        row["two_threads_tokens_per_cpu_second"] = tokens / median(engine, "cpu")
        engine.end()
    halves = write_halves(given.world, passages)
    running = list(table.start_pairs(halves))
    rounds_of(running, given.rounds, tokens, "two processes")
    for engine in running:
        row = rows.setdefault(engine.name, {"name": engine.name})
        row["two_processes_tokens_per_second"] = tokens / median(engine, "wall")
        row["two_processes_tokens_per_cpu_second"] = tokens / median(engine, "cpu")
        engine.end()

    report |= {"load_after": os.getloadavg()[0], "engines": list(rows.values()), "left_out": table.left_out}
    given.out.write_text(json.dumps(report, indent=1) + "\n")
    show(report)


def show(report):
    columns = [
        ("engine", "name", "{}"), ("tokens a CPU second", "tokens_per_cpu_second", "{:,.0f}"),
        ("a second, 2 threads", "two_threads_tokens_per_second", "{:,.0f}"),
        ("a second, 2 processes", "two_processes_tokens_per_second", "{:,.0f}"),
        ("question, CPU ms p50", "query_cpu_ms_p50", "{:.2f}"), ("p99", "query_cpu_ms_p99", "{:.2f}"),
        ("wall ms p50", "query_wall_ms_p50", "{:.2f}"), ("p99", "query_wall_ms_p99", "{:.2f}"),
        ("peak MB", "peak_mb", "{:.0f}"), ("mean cosine", "cosine_mean", "{:.7f}"),
        ("least", "cosine_min", "{:.6f}"), ("top 10", "overlap_10", "{:.4f}"),
    ]
    print(f"\n{report['processor']}, load {report['load_before']:.1f} before and {report['load_after']:.1f}"
          f" after; roofline {report['roofline_gflops']} GFLOP/s of f32; vectors compared with"
          f" {report['compared_with']}; {report['queries']} questions of {report['query_tokens_median']:.0f}"
          f" tokens (median), {report['query_tokens_most']} at most\n")
    print("| " + " | ".join(title for title, _, _ in columns) + " |")
    print("|" + "---|" * len(columns))
    for row in sorted(report["engines"], key=lambda row: -row.get("tokens_per_cpu_second", 0)):
        cells = [form.format(row[key]) if key in row else "–" for _, key, form in columns]
        print("| " + " | ".join(cells) + " |")
    byname = {row["name"]: row for row in report["engines"]}
    show_bars(byname)
    for name, why in report["left_out"].items():
        print(f"*** NOT RUN: {name}: {why}")


def show_bars(byname):
    """The bars of the comparison: by CPU seconds, and by wall at two threads or processes."""
    best_wall = lambda row: max(  # noqa: E731
        row.get("two_threads_tokens_per_second", 0), row.get("two_processes_tokens_per_second", 0)
    )
    cpu = lambda row: row.get("tokens_per_cpu_second", 0)  # noqa: E731
    for ours, theirs, bar in (("i16", "fp32", 1.5), ("i16", "int8", 1.05), ("f32", "fp32", 1.1)):
        mine = byname.get(f"gongkit {ours}")
        rivals = [row for name, row in byname.items() if name.startswith(f"ONNX Runtime {theirs}")]
        for what, rate in (("CPU", cpu), ("wall, two threads or processes", best_wall)):
            best = max(map(rate, rivals), default=0)
            if mine and best:
                ratio = rate(mine) / best
                verdict = "met" if ratio >= bar else "MISSED"
                print(f"{ours} against the best ONNX Runtime {theirs}, {what}: {ratio:.3f}"
                      f" (bar {bar}: {verdict})")


if __name__ == "__main__":
    main()
