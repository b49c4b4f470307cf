"""Weights in 4 bits are read as the numbers that they stand for, and are those that were published."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from attention_viz.models.embedded.blocks import HALVES, SCALES, n_numbers, numbers_of, read_weights
from attention_viz.models.embedded.multilingual import WEIGHTS


def test_a_half_byte_is_a_weight_the_low_ones_before_the_high_ones() -> None:
    halves = torch.tensor([[[0xF0 + i for i in range(16)]]], dtype=torch.uint8)
    scales = torch.tensor([[0.5]], dtype=torch.float16)
    expected = [(i - 8) / 2 for i in range(16)] + [3.5] * 16
    assert numbers_of(scales, halves).tolist() == [expected]


def test_every_product_of_a_scale_and_a_whole_number_is_exact(rng: np.random.Generator) -> None:
    scales = rng.normal(size=(3, 2)).astype(np.float16)
    halves = rng.integers(0, 256, size=(3, 2, 16), dtype=np.uint8)
    whole = np.concatenate([halves & 15, halves >> 4], -1).astype(float) - 8
    expected = (whole * scales.astype(float)[..., None]).reshape(3, 64)  # in 8 bytes, where nothing is rounded
    np.testing.assert_array_equal(numbers_of(torch.tensor(scales), torch.tensor(halves)), expected)


def test_a_file_holds_matrices_in_4_bits_beside_others(tmp_path: Path, rng: np.random.Generator) -> None:
    bias = rng.normal(size=5).astype(np.float32)
    arrays = {f"w{SCALES}": np.ones((3, 2), np.float16), f"w{HALVES}": np.full((3, 2, 16), 0x88, np.uint8), "b": bias}
    save_file(arrays, tmp_path / "made.safetensors")
    found = read_weights(tmp_path / "made.safetensors")
    assert {name: each.dtype for name, each in found.items()} == {"w": torch.float32, "b": torch.float32}
    np.testing.assert_array_equal(found["w"], np.zeros((3, 64)))
    np.testing.assert_array_equal(found["b"], bias)
    assert n_numbers(tmp_path / "made.safetensors") == 3 * 64 + 5


def test_every_kept_weight_is_the_published_one_bit_for_bit(reference: dict[str, Any]) -> None:
    arrays = load_file(WEIGHTS)
    block = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
    found = {name: array for name, array in arrays.items() if not name.endswith((SCALES, HALVES))}
    for name in (each.removesuffix(SCALES) for each in arrays if each.endswith(SCALES)):
        found[name] = np.empty(arrays[name + SCALES].shape, block)
        found[name]["scale"], found[name]["halves"] = arrays[name + SCALES], arrays[name + HALVES]
    assert {name: hashlib.sha256(each.tobytes()).hexdigest() for name, each in found.items()} == reference["sha256"]
