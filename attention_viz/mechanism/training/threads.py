"""Threads: small tensors kept on the thread that computes them.

Tensors of a toy network are too small to be shared out: handing them to other threads costs more than computing them, and
on a busy machine, where those threads wait for their turn, ten times more. One thread also gives the same digits anywhere.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from threadpoolctl import ThreadpoolController


class OneThread:
    """`with one_thread():` computes on the calling thread alone; other threads keep theirs, and so does this one after.

    (`torch.set_num_threads` would change the whole process. OpenMP's own limit, which this sets, belongs to a thread.)
    """

    def __init__(self) -> None:
        self._pools = ThreadpoolController()

    def __call__(self) -> AbstractContextManager[object]:
        limited: AbstractContextManager[object] = self._pools.limit(limits=1, user_api="openmp")
        return limited
