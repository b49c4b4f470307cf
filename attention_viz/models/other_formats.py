"""Other formats: weights of TensorFlow, JAX, llama.cpp and export formats, which are not loaded here, and what helps."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from typing import Any

from attention_viz.errors import ModelError

OLDER = {"from_tf": ("tf_model*.h5",), "from_flax": ("flax_model*.msgpack",)}
"""TensorFlow's and JAX's formats, by the option with which transformers 4 reads them; 5 does not."""

QUANTISED = ("*.gguf", "*.ggml")
EXPORTED = (
    "*.onnx",
    "*.h5",
    "*.keras",
    "*.msgpack",
    "openvino_model*.xml",
    "openvino_model*.bin",
    "*.ot",
    "*.tflite",
    "*.mlmodel",
    "*.engine",
)
SHOWN = 5
"""Files or folders that a sentence names."""


def other_format(place: str, names: Collection[str], config: Mapping[str, Any]) -> ModelError | None:
    """What helps where the weights are in a format of another library; None where they are in none of those.

    place : a folder, or a name on the hub; names: of the files there
    """
    if matching(names, ("pytorch_model*.bin",)):
        return None
    for option, patterns in OLDER.items():
        found = matching(names, patterns)
        if found:
            return ModelError(
                'The weights in {place} are only there as {names}, which transformers reads no more since its version 5. Convert them once in Python: from transformers import {kind}; {kind}.from_pretrained({path}, {option}=True).save_pretrained({path}). It takes an environment of its own, with an older transformers: pip install "transformers<5" torch {packages}',
                place=place,
                names=", ".join(found[:SHOWN]),
                packages="tf-keras" if option == "from_tf" else "flax",
                kind=class_name(config),
                path=repr(place),
                option=option,
            )
    quantised = matching(names, QUANTISED)
    if quantised:
        return ModelError(
            "The weights in {place} are only there as {names}, rounded for programs such as llama.cpp. Choose the model that they were made from; the page of such a file names it.",
            place=place,
            names=", ".join(quantised[:SHOWN]),
        )
    exported = matching(names, EXPORTED)
    if exported:
        return ModelError(
            "The model in {place} is only there as {names}, exported for another program, which gives out no attention. Choose the model that it was exported from.",
            place=place,
            names=", ".join(exported[:SHOWN]),
        )
    return None


def class_name(config: Mapping[str, Any]) -> str:
    """The class to name in a line of Python that people copy; a file cannot smuggle other code into it."""
    names = config.get("architectures")
    name = names[0] if isinstance(names, list) and names else ""
    return name if isinstance(name, str) and name.isidentifier() else "AutoModel"


def matching(names: Collection[str], patterns: Collection[str]) -> list[str]:
    """The names of files that one of the patterns fits, wherever they lie."""
    return [
        name for name in names if any(fnmatchcase(name.rpartition("/")[2].lower(), pattern) for pattern in patterns)
    ]
