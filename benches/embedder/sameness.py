"""Proves that vectors are those of PyTorch, on real passages.

    python sameness.py WORKER MODEL_DIR WORLD

WORLD is the folder that `passages.py` made, 2,000 passages by default. For `exact` and `near`: mean and least
cosine to PyTorch (in f32), the mean overlap of the ten nearest passages of each question and of each of
200 passages, and whether one thread and two give the same bytes for every tenth passage.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import torch
from transformers import AutoModel


def by_pytorch(folder, lines):
    model = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    torch.set_num_threads(1)
    vectors = [None] * len(lines)
    order = sorted(range(len(lines)), key=lambda at: len(lines[at]["ids"]))
    for start in range(0, len(order), 8):
        places = order[start : start + 8]
        longest = max(len(lines[at]["ids"]) for at in places)
        ids = torch.zeros(len(places), longest, dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, at in enumerate(places):
            ids[row, : len(lines[at]["ids"])] = torch.tensor(lines[at]["ids"])
            mask[row, : len(lines[at]["ids"])] = 1
        with torch.inference_mode():
            rows = model(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).float()
        means = (rows * weights).sum(1) / weights.sum(1)
        for row, at in enumerate(places):
            vectors[at] = means[row].numpy().astype(np.float64)
    return unit(np.asarray(vectors))


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def by_us(worker, folder, file, precision, threads):
    with tempfile.NamedTemporaryFile() as out:
        command = [worker, folder, file, precision, str(threads)]
        subprocess.run(command, input=f"vectors {out.name}\n", text=True, check=True,
                       stdout=subprocess.DEVNULL)
        return pathlib.Path(out.name).read_bytes()


def main() -> None:
    worker, folder, world = map(pathlib.Path, sys.argv[1:4])
    files = [world / "passages.jsonl", world / "queries.jsonl"]
    lines = [[json.loads(line) for line in file.read_text().splitlines()] for file in files]
    # Threads are compared on every tenth passage: the tests compare them on more kinds of text.
    some = world / "some.jsonl"
    some.write_text("\n".join(files[0].read_text().splitlines()[::10]) + "\n")
    expected = [by_pytorch(folder, part) for part in lines]
    for precision in ("exact", "near"):
        bytes_ = [by_us(worker, folder, file, precision, 1) for file in files]
        found = [unit(np.frombuffer(part, "<f4").reshape(-1, 384).astype(np.float64)) for part in bytes_]
        cosines = (found[0] * expected[0]).sum(1)
        overlap = {}
        for name, ours, theirs, first in (
            ("questions", found[1], expected[1], 0),
            ("passages", found[0][:200], expected[0][:200], 1),
        ):
            nearest = [np.argsort(-(asked @ passages.T), axis=1)[:, first : first + 10]
                       for asked, passages in ((ours, found[0]), (theirs, expected[0]))]
            overlap[name] = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(*nearest)])
        same = by_us(worker, folder, some, precision, 1) == by_us(worker, folder, some, precision, 2)
        print(f"{precision}: {len(cosines)} passages, cosine to PyTorch mean {cosines.mean():.9f}, least"
              f" {cosines.min():.9f}; ten nearest in common: of questions {overlap['questions']:.4f}, of"
              f" passages {overlap['passages']:.4f}; two threads give the same bytes: {same}", flush=True)


if __name__ == "__main__":
    main()
