"""Places: the position vectors that the model in use has learnt, beside sinusoids."""

import torch

from attention_viz.errors import InputError
from attention_viz.mechanism import similarity, sinusoids
from attention_viz.models.parameter_counts import position_embeddings
from attention_viz.ui.lessons.lesson_settings import Settings, Shown
from attention_viz.ui.wording import say
from attention_viz.view.beside import beside
from attention_viz.view.number_table import number_table


def show(settings: Settings) -> Shown:
    """How alike the vectors of any two positions are: learned, and computed."""
    model = settings.text_and_model().model
    learned = position_embeddings(model)
    if learned is None:
        raise InputError(
            "{model} learns no vector per position: it turns or shifts its scores by the distance. Choose a model such as BERT or GPT-2.",
            model=model.name,
        )
    first = settings.count("first", say("First position"), 1, len(learned), 1) - 1
    n = settings.count("positions", say("Positions"), 2, 64, 32)
    table = learned[first : first + n].float()
    own, waves = similarity(table), similarity(sinusoids(len(table), table.shape[1]))
    middle = len(table) // 2
    labels = [str(first + place + 1) for place in range(len(table))]
    hide = settings.switch("hidden", say("Hide the learned ones"))
    hidden_cells = torch.ones_like(own, dtype=torch.bool).numpy() if hide else None
    return Shown(
        beside(
            number_table(waves.numpy(), name=say("Sinusoids: cosine between two positions"), largest=1.0),
            number_table(
                own.numpy(),
                name=say("Learned by {model}", model=model.name),
                rows=labels,
                largest=1.0,
                hidden=hidden_cells,
            ),
        ),
        {
            "model": model.name,
            "n_positions": len(learned),
            "width": learned.shape[1],
            "n": len(table),
            "own_next": float(own.diagonal(1).mean()),
            "own_far": float(own.diagonal(middle).mean()),
            "waves_next": float(waves.diagonal(1).mean()),
            "waves_far": float(waves.diagonal(middle).mean()),
            "middle": middle,
            "nearer": 1 if float(own.diagonal(1).mean()) > float(own.diagonal(middle).mean()) else 2,
        },
    )
