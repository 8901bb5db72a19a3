"""The rules of the detector contract, a file for each question; `designopt.testing.check_detector` asks them all."""
