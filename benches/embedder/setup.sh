#!/usr/bin/env bash
# Sets the rivals of the embedder up in a virtual environment, from the Python package index alone.
#   setup.sh VENV MODEL_DIR ONNX_DIR
set -euo pipefail
venv=$1 model=$2 onnx=$3
here=$(cd "$(dirname "$0")" && pwd)
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet onnxruntime==1.32.0 onnx==1.23.2 torch==2.15.0 transformers==5.24.0 \
  sentence-transformers==6.2.0 tokenizers numpy
# Without these two the comparison still runs, and says what it leaves out.
for package in openvino==2026.4.1 fastembed==0.9.1; do
  "$venv/bin/pip" install --quiet "$package" || echo "*** NOT INSTALLED: $package" >&2
done
"$venv/bin/python" "$here/export.py" "$model" "$onnx"
# candle's own model, a program apart from the workspace.
cargo build --release --manifest-path "$here/candle/Cargo.toml" --target-dir "$onnx/candle-target" \
  || echo "*** NOT BUILT: the rival of candle" >&2
# fastembed looks for its model under these names.
mkdir -p "$onnx/fastembed"
cp "$onnx/plain.onnx" "$onnx/fastembed/model.onnx"
cp "$model/tokenizer.json" "$model/config.json" "$onnx/fastembed/"
echo '{"model_max_length": 256, "tokenizer_class": "BertTokenizer", "pad_token": "[PAD]"}' \
  >"$onnx/fastembed/tokenizer_config.json"
echo '{"cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "unk_token": "[UNK]", "mask_token": "[MASK]"}' \
  >"$onnx/fastembed/special_tokens_map.json"
