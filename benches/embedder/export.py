"""Makes what the rivals of the embedder need from a model's folder.

    python export.py MODEL_DIR OUT

OUT gets `fp32.onnx` (exported by torch, its graph fused by ONNX Runtime's own optimiser for BERT),
`int8.onnx` (the same, quantised dynamically, a scale for each channel) and `plain.onnx` (as exported).
"""

import pathlib
import sys

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions
from transformers import AutoModel


class Encoder(torch.nn.Module):
    """The encoder without its pooler; pooling is numpy's work, as in the rivals' own examples."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.model(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state


def main() -> None:
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    model = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()
    names = ["input_ids", "attention_mask", "token_type_ids"]
    given = (torch.ones(2, 16, dtype=torch.long), torch.ones(2, 16, dtype=torch.long),
             torch.zeros(2, 16, dtype=torch.long))
    plain = out / "plain.onnx"
    torch.onnx.export(
        Encoder(model), given, str(plain), input_names=names, output_names=["tokens"],
        dynamic_axes={name: {0: "batch", 1: "length"} for name in [*names, "tokens"]},
        opset_version=17, dynamo=False,
    )
    options = FusionOptions("bert")
    options.enable_gelu_approximation = False
    fused = optimizer.optimize_model(
        str(plain), model_type="bert", num_heads=model.config.num_attention_heads,
        hidden_size=model.config.hidden_size, optimization_options=options,
    )
    print("fused:", fused.get_fused_operator_statistics())
    fused.save_model_to_file(str(out / "fp32.onnx"))
    quantize_dynamic(
        str(out / "fp32.onnx"), str(out / "int8.onnx"), weight_type=QuantType.QInt8,
        per_channel=True, extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )


if __name__ == "__main__":
    main()
