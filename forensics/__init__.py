"""One image in, evidence out: pixels and files, no labels and no learning."""
