from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import torch
from threadpoolctl import ThreadpoolController

from attention_viz.mechanism.training.threads import OneThread


def _elsewhere() -> int:
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(torch.get_num_threads).result()


def test_the_calling_thread_works_alone_others_do_not_and_afterwards_all_is_as_before() -> None:
    before = _elsewhere()
    with ThreadpoolController().limit(limits=2, user_api="openmp"):
        with OneThread()():
            assert torch.get_num_threads() == 1
            assert _elsewhere() == before
        assert torch.get_num_threads() == 2
    assert _elsewhere() == before
