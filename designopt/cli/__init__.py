"""The command line. It runs in a process of its own, which is prepared before anything imports JAX."""

from designopt.runtime import prepare

prepare()
