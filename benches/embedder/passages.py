"""Takes real passages and questions out of Gong-shaped calls, spread evenly over all of them.

    python passages.py CALLS QUERIES TOKENIZER OUT [PASSAGES] [QUESTIONS]

Whole utterances with their speakers' ids, ended once they have 120 words. OUT gets `passages.jsonl`
and `queries.jsonl`, each line with its text and its token ids, cut at 256.
"""

import json
import pathlib
import sys

from tokenizers import Tokenizer

WORDS, MAX_TOKENS = 120, 256


def passages(call: dict):
    words = []
    for said in call["callTranscript"]["transcript"]:
        for sentence in said["sentences"]:
            words += sentence["text"].split()
        if len(words) >= WORDS:
            yield " ".join(words)
            words = []
    if words:
        yield " ".join(words)


def write(file, texts, count, tokenizer):
    step = max(1, len(texts) / count)
    chosen = [texts[int(at * step)] for at in range(min(count, len(texts)))]
    total = 0
    with open(file, "w") as out:
        for text in chosen:
            ids = tokenizer.encode(text).ids
            total += len(ids)
            out.write(json.dumps({"text": text, "ids": ids}) + "\n")
    print(f"{file}: {len(chosen)} of {len(texts)}, {total} tokens, {total / len(chosen):.1f} each")


def main() -> None:
    calls, queries, model, out = map(pathlib.Path, sys.argv[1:5])
    tokenizer = Tokenizer.from_file(str(model))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    out.mkdir(parents=True, exist_ok=True)
    found = []
    for file in sorted(calls.glob("*.json")):
        found += passages(json.loads(file.read_text()))
    count = int(sys.argv[5]) if len(sys.argv) > 5 else 2000
    write(out / "passages.jsonl", found, count, tokenizer)
    asked = [json.loads(line)["query"] for line in queries.read_text().splitlines()]
    count = int(sys.argv[6]) if len(sys.argv) > 6 else 100
    write(out / "queries.jsonl", asked, count, tokenizer)


if __name__ == "__main__":
    main()
