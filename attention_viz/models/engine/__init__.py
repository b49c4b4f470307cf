"""Engine: the three ways to a weight, and the trial that chooses one when a model is loaded.

`reference` watches what transformers itself gives out; `ways` tries capture, replay and dense against it.
`capture` reads what `interface`, the attention function that the model then runs, has recorded: `calls` with their `mask`,
computed by `kernel`. `replay` runs a module again, `dense` keeps everything; `recording` says who watches a pass, and
`projection` finds where the heads' outputs go.
"""
