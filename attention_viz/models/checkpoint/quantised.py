"""Quantised weights, and the packages with which transformers reads them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from attention_viz.errors import ModelError

PACKAGES = {
    "aqlm": {"aqlm": "aqlm"},
    "auto-round": {"auto-round": "auto_round"},
    "awq": {"gptqmodel": "gptqmodel"},
    "bitsandbytes": {"bitsandbytes": "bitsandbytes"},
    "compressed-tensors": {"compressed-tensors": "compressed_tensors"},
    "eetq": {"kernels": "kernels"},
    "fbgemm_fp8": {"fbgemm-gpu": "fbgemm_gpu"},
    "fouroversix": {"fouroversix": "fouroversix"},
    "fp_quant": {"fp-quant": "fp_quant"},
    "gptq": {"optimum": "optimum", "gptqmodel": "gptqmodel"},
    "higgs": {"flute-kernel": "flute", "fast-hadamard-transform": "fast_hadamard_transform"},
    "hqq": {"hqq": "hqq"},
    "metal": {"kernels": "kernels"},
    "nvfp4": {"kernels": "kernels"},
    "quanto": {"optimum-quanto": "optimum"},
    "quark": {"amd-quark": "quark"},
    "sinq": {"sinq": "sinq"},
    "spqr": {"spqr-quant": "spqr_quant"},
    "torchao": {"torchao": "torchao"},
    "vptq": {"vptq": "vptq"},
}
"""Method, as configurations name it -> what to install -> what is imported then. Others need no package."""


def method_of(config: Mapping[str, Any]) -> str:
    """How the weights are quantised, as the configuration names it; "" where they are not."""
    settings = config.get("quantization_config", config.get("compression_config"))
    if not isinstance(settings, Mapping):
        return ""
    if settings.get("load_in_4bit") is True or settings.get("load_in_8bit") is True:
        return "bitsandbytes"
    named = settings.get("quant_method")
    return named if isinstance(named, str) else ""


def check_packages(config: Mapping[str, Any], folder: Path) -> None:
    """Raises ModelError that names the packages which weights of this method need and which are not installed."""
    method = method_of(config)
    missing = [name for name, imported in PACKAGES.get(method, {}).items() if find_spec(imported) is None]
    if missing:
        raise ModelError(
            "The weights in {folder} are quantised ({method}), which transformers reads only with {packages}, not installed here. Choose the model that was quantised, or install what is missing: pip install {names}",
            folder=folder,
            method=method,
            packages=", ".join(missing),
            names=" ".join(missing),
        )
