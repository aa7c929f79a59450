"""Asks usearch, sqlite-vec and qdrant-edge what `index_scale` asked, on the same rows, in one run.

    python compare.py CACHE ROWS OUT.json [QUESTIONS]

CACHE is what `index_scale vectors` made, with the `rows-ROWS.f32` that `index_scale build` left
beside it. One question at a time, one thread each; a filter of a tenth of the calls is asked for
where an engine has filters. What cannot be imported is left out and said so.
"""

import json
import pathlib
import sys
import tempfile
import time

import numpy as np

DIMENSIONS, PASSAGES, BEST = 384, 50, 10


def main() -> None:
    cache, count, out = pathlib.Path(sys.argv[1]), int(sys.argv[2]), pathlib.Path(sys.argv[3])
    asked = int(sys.argv[4]) if len(sys.argv) > 4 else 100
    rows = np.fromfile(cache / f"rows-{count}.f32", dtype=np.float32).reshape(-1, DIMENSIONS)
    questions = np.fromfile(cache / "questions.f32", dtype=np.float32).reshape(-1, DIMENSIONS)[:asked]
    passes = (np.arange(len(rows)) // PASSAGES) % 10 == 0
    exact = {
        "all": [best(rows @ question) for question in questions],
        "tenth": [best(np.where(passes, rows @ question, -2)) for question in questions],
    }
    lines = []
    for engine in (usearch, sqlite_vec, qdrant_edge):
        try:
            found = engine(rows, passes)
        except ImportError as missing:
            print(f"{engine.__name__}: not run: {missing}")
            continue
        line = {"engine": engine.__name__, **found["built"]}
        for name, ask in found["asks"].items():
            line[name] = timed(ask, questions, exact["tenth" if "tenth" in name else "all"])
        print(json.dumps(line))
        lines.append(line)
    out.write_text(json.dumps({"rows": len(rows), "questions": len(questions), "engines": lines}, indent=1))


def best(scores):
    top = np.argpartition(-scores, BEST)[:BEST]
    return set(top.tolist())


def timed(ask, questions, exact) -> dict:
    ask(questions[0])
    waits, found, busy = [], 0, time.process_time()
    for question, right in zip(questions, exact):
        began = time.perf_counter()
        ids = ask(question)
        waits.append((time.perf_counter() - began) * 1e3)
        found += len(right & set(ids))
    busy = (time.process_time() - busy) * 1e3 / len(questions)
    p50, p99 = np.percentile(waits, [50, 99])
    recall = found / (BEST * len(questions))
    return {"p50_ms": p50, "p99_ms": p99, "cpu_ms": busy, "recall@10": recall}


def building():
    return time.perf_counter(), time.process_time()


def built(began) -> dict:
    return {"build_s": time.perf_counter() - began[0], "build_cpu_s": time.process_time() - began[1]}


def usearch(rows, _passes) -> dict:
    from usearch.index import Index

    began = building()
    index = Index(ndim=DIMENSIONS, metric="ip", dtype="f16")
    index.add(np.arange(len(rows)), rows, threads=1)
    return {
        "built": built(began),
        "asks": {"all": lambda question: index.search(question, BEST, threads=1).keys.tolist()},
    }


def sqlite_vec(rows, passes) -> dict:
    import sqlite3

    import sqlite_vec as extension

    if not hasattr(sqlite3.Connection, "enable_load_extension"):
        raise ImportError("the sqlite3 of this Python loads no extensions")
    base = sqlite3.connect(":memory:")
    base.enable_load_extension(True)
    extension.load(base)
    began = building()
    base.execute(
        f"create virtual table points using vec0(vector float[{DIMENSIONS}] distance_metric=cosine, tenth integer)"
    )
    lines = ((at, row.tobytes(), int(tenth)) for at, (row, tenth) in enumerate(zip(rows, passes)))
    base.executemany("insert into points(rowid, vector, tenth) values (?, ?, ?)", lines)
    base.commit()

    def ask(more):
        text = f"select rowid from points where vector match ? and k = {BEST} {more}"
        return lambda question: [row[0] for row in base.execute(text, (question.tobytes(),))]

    return {"built": built(began), "asks": {"all": ask(""), "tenth": ask("and tenth = 1")}}


def qdrant_edge(rows, passes) -> dict:
    import qdrant_edge as edge

    folder = tempfile.mkdtemp()
    config = edge.EdgeConfig(vectors=edge.EdgeVectorParams(size=DIMENSIONS, distance=edge.Distance.Dot))
    began = building()
    shard = edge.EdgeShard.create(folder, config)
    for first in range(0, len(rows), 1000):
        points = [
            edge.Point(at, rows[at].tolist(), {"tenth": int(passes[at])})
            for at in range(first, min(first + 1000, len(rows)))
        ]
        shard.update(edge.UpdateOperation.upsert_points(points))
    shard.optimize()
    tenth = edge.Filter(must=[edge.FieldCondition(key="tenth", match=edge.MatchValue(value=1))])

    def ask(given):
        def one(question):
            query = edge.Query.Nearest(question.tolist())
            request = edge.QueryRequest(limit=BEST, query=query, filter=given)
            return [point.id for point in shard.query(request)]

        return one

    return {"built": built(began), "asks": {"all": ask(None), "tenth": ask(tenth)}}


if __name__ == "__main__":
    main()
