"""Collections of sentences that come with the program, and what the embedded models do in them, measured beforehand."""
