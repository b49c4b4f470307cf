from __future__ import annotations

import pytest

from attention_viz.errors import ModelError
from attention_viz.models.address import Address, read_address

NAME = Address("owner/name")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("owner/name", "owner/name"),
        (" gpt2 ", "gpt2"),
        ('"C:\\x"', "C:\\x"),
        ("'/a/b'", "/a/b"),
        ("  '/a/b' \n", "/a/b"),
        ("“/a/b c”", "/a/b c"),
        ("`owner/name`", "owner/name"),
        ("/it's/here", "/it's/here"),
        ("'", "'"),
        ("", ""),
        ('""', ""),
        ("file:///home/a%20b", "/home/a b"),
        ("/a://b", "/a://b"),
        ("huggingface.co", "huggingface.co"),
    ],
)
def test_a_path_or_a_name_stands_without_quotes_and_spaces(text: str, expected: str) -> None:
    assert read_address(text) == Address(expected)


@pytest.mark.parametrize("start", ["https://huggingface.co/", "http://huggingface.co/", "https://www.huggingface.co/",
                                   "https://hf.co/", "huggingface.co/", "hf.co/", "HTTPS://HuggingFace.co/", "hf://"])  # fmt: skip
@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("owner/name", NAME),
        ("owner/name/", NAME),
        ("owner/name?library=transformers", NAME),
        ("owner/name#usage", NAME),
        ("owner/name/discussions/3", NAME),
        ("owner/name/tree/main", Address("owner/name", "main")),
        ("owner/name/tree/v1.0/onnx", Address("owner/name", "v1.0")),
        ("owner/name/blob/abc123/config.json", Address("owner/name", "abc123")),
        ("owner/name/resolve/main/model.safetensors?download=true", Address("owner/name", "main")),
        ("owner/name/tree/refs%2Fpr%2F1", Address("owner/name", "refs/pr/1")),
        ("owner/name/tree/refs/pr/1", Address("owner/name", "refs/pr/1")),
        ("owner/name/tree", NAME),
        ("gpt2", Address("gpt2")),
        ("gpt2/blob/main/config.json", Address("gpt2", "main")),
    ],
)
def test_the_page_of_a_model_names_it_and_its_revision(start: str, rest: str, expected: Address) -> None:
    assert read_address(f" {start}{rest} ") == expected


def test_the_address_of_a_mirror_is_a_page_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="no page of a model"):
        read_address("https://mirror.test/models/owner/name")
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.test/models/")
    assert read_address("https://mirror.test/models/owner/name/tree/v2") == Address("owner/name", "v2")
    assert read_address("https://huggingface.co/owner/name") == NAME
    with pytest.raises(ModelError, match="no page of a model"):
        read_address("https://mirror.test/modelsowner/name")


@pytest.mark.parametrize(
    "text",
    ["https://example.org/owner/name", "https://huggingface.co/", "https://huggingface.co/datasets/owner/name", "https://huggingface.co/spaces/owner/name", "https://huggingface.co.evil.test/owner/name",
     "https://huggingface.co@evil.test/owner/name"],
)  # fmt: skip
def test_the_address_of_something_else_is_refused(text: str) -> None:
    with pytest.raises(ModelError, match=r"is no page of a model on the hub\. Give the model's name"):
        read_address(text)
