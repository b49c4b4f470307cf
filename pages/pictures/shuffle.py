"""Shuffle: the words of a sentence in another order, read by self-attention without and with positions."""

import torch

from attention_viz.mechanism import MultiHeadAttention, Positions, order_gap
from attention_viz.ui.lessons.lesson_settings import Settings, Shown
from attention_viz.ui.wording import say
from attention_viz.view.beside import beside
from attention_viz.view.number_table import number_table

WIDTH, HEADS = 12, 3


def show(settings: Settings) -> Shown:
    """What each word becomes in the sentence, and in the shuffled sentence, put back into the first order."""
    words = settings.words("words", ["dog", "bites", "man"])
    positional = settings.switch("positional", say("Add positions"))
    seed = settings.count("seed", say("Shuffle number"), 1, 99, 1)
    chance = torch.Generator().manual_seed(7)
    block = MultiHeadAttention(WIDTH, HEADS, generator=chance).eval()
    places = Positions(WIDTH, len(words))
    tokens = torch.randn(1, len(words), WIDTH, generator=chance)  # one vector per word
    order = _shuffled(len(words), seed)

    def read(given: torch.Tensor) -> torch.Tensor:
        output: torch.Tensor = block(places(given) if positional else given)[0]
        return output

    with torch.no_grad():
        straight, mixed = read(tokens)[0], read(tokens[:, order])[0]
        gap = order_gap(read, tokens, order)
    back = torch.empty_like(mixed)
    back[order] = mixed  # each word's output, in the order of the first sentence
    most = float(torch.cat([straight, back]).abs().max())
    hide = settings.switch("hidden", say("Hide the second"))
    hidden_cells = torch.ones_like(back, dtype=torch.bool).numpy() if hide else None
    mixed_words = [words[place] for place in order.tolist()]
    return Shown(
        beside(
            number_table(
                straight.numpy(), name=say("Outputs of: {words}", words=" ".join(words)), rows=words, largest=most
            ),
            number_table(
                back.numpy(),
                name=say("The same words' outputs in: {words}", words=" ".join(mixed_words)),
                rows=words,
                largest=most,
                hidden=hidden_cells,
            ),
            number_table((straight - back).numpy(), name=say("Difference"), rows=words, largest=most)
            if not hide
            else "",
        ),
        {"gap": gap, "words": " ".join(words), "shuffled": " ".join(mixed_words), "same": 1 if gap < 1e-5 else 2},
    )


def _shuffled(n: int, seed: int) -> torch.Tensor:
    """A permutation of n words that is not the identity."""
    order = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    return order.roll(1) if torch.equal(order, torch.arange(n)) else order
