"""Makes reference.jsonl: what PyTorch says the vectors of all-MiniLM-L6-v2 are.

    pip install torch transformers
    python make_reference.py MODEL_DIR > reference.jsonl

MODEL_DIR holds config.json, tokenizer.json (with its companions) and model.safetensors, whose
sha256 must be 53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db. One line a text:
the text, its number of tokens before it is cut at 256, and its vector in millionths.
Made with torch 2.15.0 and transformers 5.23.0, in f32 on a CPU.
"""

import hashlib
import json
import pathlib
import sys

import torch
from transformers import AutoModel, AutoTokenizer

WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 256

TEXTS = [
    "",
    " ",
    "\n\t\r\n",
    "a",
    "pricing",
    "Pricing",
    "...?!",
    "1,250,000.50 EUR by 2026-03-31 (net 30)",
    "What did they say about the security review?",
    "We would need the SOC 2 report before legal can sign, so March is tight.",
    "Honestly, the other vendor came in forty percent cheaper, and my CFO keeps asking why.",
    "line one\nline two\r\nline three\n\n\nline six",
    "tabs\tand   many    spaces   between words",
    "Žluťoučký kůň příšerně úpěl ďábelské ódy",
    "価格が高すぎると言われました。",
    "السعر مرتفع جدا بالنسبة لنا",
    "Das überschreitet unser Budget; straße, Übergrößenträger, naïve café",
    "emoji 🙂🚀 and zero\u200bwidth and a flag 🇩🇪",
    "<b>html</b> &amp; [CLS] markup [SEP] in the text",
    "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "x" * 150,
    "https://example.com/a/b?c=d&e=f#g mail@example.com +1 (555) 010-9999",
    "I don't can't won't shouldn't've it's they're",
    " ".join(["renewal"] * 253),
    " ".join(["renewal"] * 254),
    " ".join(["renewal"] * 255),
    "So the way we run onboarding is in three steps. " * 8,
    "So the way we run onboarding is in three steps. " * 60,
    " ".join(f"number {n} costs {n * 37 % 1000} dollars," for n in range(200)),
]


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    weights = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    assert weights == WEIGHTS, weights

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    for text in TEXTS:
        count = len(tokenizer(text, truncation=False, padding=False)["input_ids"])
        batch = tokenizer([text], truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
        with torch.inference_mode():
            tokens = model(**batch).last_hidden_state
        mask = batch["attention_mask"].unsqueeze(-1).float()
        mean = (tokens * mask).sum(1) / mask.sum(1)
        vector = torch.nn.functional.normalize(mean, dim=1)[0]
        millionths = [round(value * 1e6) for value in vector.tolist()]
        line = {"text": text, "tokens": count, "vector": millionths}
        print(json.dumps(line, separators=(",", ":")))


if __name__ == "__main__":
    main()
