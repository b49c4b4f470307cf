"""Interventions: what a head gives out is changed, in a run of a private copy that may begin at the first changed layer."""
