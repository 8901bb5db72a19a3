"""Doubles a number, slowly, and logs each answer that it has printed."""

import json
import sys
import time

given = json.load(sys.stdin)
time.sleep(0.15)
sys.stdout.write(json.dumps({"y": 2.0 * given["design"]["x"]}))
sys.stdout.flush()
with open(sys.argv[1], "a") as file:
    file.write(json.dumps(given["design"]) + "\n")
