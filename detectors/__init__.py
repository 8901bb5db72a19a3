"""Detectors built on designopt; designopt never imports them."""
