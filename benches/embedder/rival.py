"""One rival of the embedder as a process that works when it is told to.

    python rival.py KIND MODEL_DIR ONNX_DIR PASSAGES [BATCH] [THREADS]

KIND is ort-fp32, ort-int8, openvino, torch or fastembed. It answers each line on its input with a line
of JSON: `run` embeds all passages, `queries FILE` each question by itself, `vectors FILE` writes
the passages' vectors as little-endian f32. Those that can are given token ids; sentence-transformers
and fastembed are given texts, which costs them about a fiftieth.
"""

import json
import os
import pathlib
import resource
import sys
import time

kind, folder, onnx, passages = sys.argv[1], *map(pathlib.Path, sys.argv[2:5])
batch = int(sys.argv[5]) if len(sys.argv) > 5 else 4
threads = int(sys.argv[6]) if len(sys.argv) > 6 else 1
os.environ["OMP_NUM_THREADS"] = str(threads)
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["HF_HUB_OFFLINE"] = "1"
MAX_TOKENS = 256

import numpy as np  # noqa: E402  the threads must be set before


def batched(run):
    """Sorts by length, pads each batch to its longest, takes means: the careful way."""

    def embed(lines):
        ids = [line["ids"] for line in lines]
        order = sorted(range(len(ids)), key=lambda at: len(ids[at]))
        vectors = [None] * len(ids)
        for start in range(0, len(order), batch):
            places = order[start : start + batch]
            longest = max(len(ids[at]) for at in places)
            given = np.zeros((len(places), longest), dtype=np.int64)
            mask = np.zeros_like(given)
            for row, at in enumerate(places):
                given[row, : len(ids[at])] = ids[at]
                mask[row, : len(ids[at])] = 1
            rows = run(given, mask)
            weights = mask[:, :, None].astype(np.float32)
            means = (rows * weights).sum(1) / weights.sum(1)
            means /= np.linalg.norm(means, axis=1, keepdims=True)
            for row, at in enumerate(places):
                vectors[at] = means[row]
        return vectors

    return embed


def load():
    if kind.startswith("ort"):
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        file = "fp32.onnx" if kind == "ort-fp32" else "int8.onnx"
        session = ort.InferenceSession(str(onnx / file), options, ["CPUExecutionProvider"])
        names = [given.name for given in session.get_inputs()]

        def run(ids, mask):
            given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            return session.run(None, {name: given[name] for name in names})[0]

        return batched(run)
    if kind == "openvino":
        import openvino as ov

        core = ov.Core()
        settings = {
            "INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "f32",
        }
        model = core.compile_model(str(onnx / "plain.onnx"), "CPU", settings)
        return batched(lambda ids, mask: model([ids, mask, np.zeros_like(ids)])[0])
    if kind == "torch":
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        model = SentenceTransformer(str(folder), device="cpu")
        model.max_seq_length = MAX_TOKENS
        settings = {"batch_size": batch, "normalize_embeddings": True, "show_progress_bar": False}
        return lambda lines: list(model.encode([line["text"] for line in lines], **settings))
    if kind == "fastembed":
        from fastembed import TextEmbedding

        name = "sentence-transformers/all-MiniLM-L6-v2"
        model = TextEmbedding(name, specific_model_path=str(onnx / "fastembed"), threads=threads)
        return lambda lines: list(model.embed([line["text"] for line in lines], batch_size=batch))
    raise SystemExit(f"no rival {kind}")


def main() -> None:
    read = lambda file: [json.loads(line) for line in file.read_text().splitlines()]  # noqa: E731
    texts = read(passages)
    embed = load()
    embed(texts[:8])
    print(json.dumps({"ready": kind}), flush=True)
    for line in sys.stdin:
        what, *rest = line.split()
        if what == "run":
            cpu, wall = time.process_time(), time.perf_counter()
            embed(texts)
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            answer = {"cpu": cpu, "wall": wall}
        elif what == "queries":
            answer = {"cpu": [], "wall": []}
            for query in read(pathlib.Path(rest[0])):
                cpu, wall = time.process_time(), time.perf_counter()
                embed([query])
                answer["cpu"].append(time.process_time() - cpu)
                answer["wall"].append(time.perf_counter() - wall)
        else:
            np.asarray(embed(texts), dtype="<f4").tofile(rest[0])
            answer = {}
        answer["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
