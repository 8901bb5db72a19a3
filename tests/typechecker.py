"""Checks types and shapes at run time, in the test session only; whole numbers count as real ones."""

from beartype import BeartypeConf, beartype

check = beartype(conf=BeartypeConf(is_pep484_tower=True))
