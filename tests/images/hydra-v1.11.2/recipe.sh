# The version that an older tutorial names. Its module is not to be had everywhere, so the
# last of the same line, v1.11.10, stands in for it and says so in a label.
image=oryd/hydra:v1.11.2
needs=oryd/hydra:v1.11.10
