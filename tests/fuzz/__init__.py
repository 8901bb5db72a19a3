"""Inputs that nobody wrote: every public entry is given wrong ones, and has to answer in a sentence."""
