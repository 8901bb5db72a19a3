"""A simulator as nobody wants it: it sleeps, crashes, prints garbage and leaves children behind, as its design says."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


given = json.load(sys.stdin)
design, log = given["design"], Path(os.environ.get("PROGRAM_LOG", os.devnull))
with log.open("a") as file:
    file.write(json.dumps(given) + "\n")
mood = design["mood"]
say("Simulating ...")
if mood == "sleeps":
    subprocess.Popen(["sleep", "300"])
    time.sleep(300)
if mood == "leaves children":
    for away in (False, True):  # in its process group, and in a session of its own
        subprocess.Popen(["sleep", "299"], stdout=subprocess.DEVNULL, start_new_session=away)
if mood == "crashes":
    sys.exit("a particle was lost")
if mood == "kills itself":
    os.kill(os.getpid(), 9)
if mood == "crashes at random" and random.SystemRandom().random() < 0.5:
    sys.exit("the licence server did not answer")
if mood == "prints garbage":
    sys.stdout.buffer.write(os.urandom(1000))
    sys.exit()
if mood == "prints another shape":
    say(json.dumps({"resolution": [1.0, 2.0]}))
    sys.exit()
if mood == "prints nan":
    say('{"resolution": NaN}')
    sys.exit()
noise = random.Random(given["seed"]).gauss(0.0, 0.01)
say(json.dumps({"resolution": (design["thickness"] - 4.0) ** 2 + noise, "resolution_error": 0.01}))
