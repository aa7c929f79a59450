"""What a question costs: CPU time of each of the dev questions, beside its tokens.

    python latency.py WORKER MODEL_DIR WORLD

WORKER is the release build of `encode_worker` (the encoder alone, each question twenty times over) or of
`embed_worker` (the product's way: text to vector over its own threads, once). WORLD is the folder that
`passages.py` made. The bar is 1 ms and .25 ms a token.
"""

import json
import pathlib
import subprocess
import sys


def main() -> None:
    worker, model, world = map(pathlib.Path, sys.argv[1:4])
    queries = world / "queries.jsonl"
    tokens = [len(json.loads(line)["ids"]) for line in queries.read_text().splitlines()]
    at = lambda values, share: sorted(values)[min(len(values) - 1, int(len(values) * share))]  # noqa: E731
    print("tokens of the questions:", " ".join(map(str, sorted(tokens))))
    print("| precision | questions | tokens p50 | p99 | CPU ms p50 | p99 | ms a token p50 | within the bar |")
    print("|---|---|---|---|---|---|---|---|")
    for precision in ("near", "exact"):
        ran = subprocess.run(
            [worker, model, world / "passages.jsonl", precision, "1"],
            input=f"queries {queries}\n" * 2, text=True, check=True, stdout=subprocess.PIPE,
        )
        answer = json.loads([line for line in ran.stdout.splitlines() if line.startswith("{")][-1])
        milliseconds = [1e3 * seconds for seconds in answer["cpu"]]
        each = [ms / count for ms, count in zip(milliseconds, tokens)]
        within = sum(ms <= 1 + 0.25 * count for ms, count in zip(milliseconds, tokens))
        print(f"| {precision} | {len(tokens)} | {at(tokens, .5)} | {at(tokens, .99)} |"
              f" {at(milliseconds, .5):.2f} | {at(milliseconds, .99):.2f} | {at(each, .5):.3f} |"
              f" {within} of {len(tokens)} |", flush=True)


if __name__ == "__main__":
    main()
