"""What does Finesse say of the interferometers that our models have to reproduce?

Runs in an environment with `finesse==3.0.2` and `ipython` (AGPL, no part of this project) and writes the numbers that
tests and the zero of the score are held against:

    python studies/interferometer_finesse.py tests/data/interferometer/finesse.json
"""

import json
import sys

import finesse
import numpy as np

ALIGO = """
l L0 P={power}
m prm T=0.03 L=37.5u phi=90
bs bs R=0.5 L=0 alpha=45
m itmx T={input_mirror} L=37.5u phi=90
m etmx T=5u L=37.5u phi={other}
m itmy T={input_mirror} L=37.5u phi=0
m etmy T=5u L=37.5u phi={dark_offset}
m srm T={signal_mirror} L=37.5u phi={signal_tuning}
sq sq db={squeezing} angle={squeezing_angle}
s s0 L0.p1 prm.p1
s s1 prm.p2 bs.p1 L=53
s s2 bs.p3 itmx.p1 L=4.5
s armx itmx.p2 etmx.p1 L={length}
s s3 bs.p2 itmy.p1 L=4.45
s army itmy.p2 etmy.p1 L={length}
s s4 bs.p4 srm.p1 L=50.525
s s5 sq.p1 srm.p2
fsig(5)
sgen h0 armx.h
sgen h1 army.h phase=180
qnoised noise srm.p2.o
pd1 signal srm.p2.o f=fsig
pd dark srm.p2.o
"""
VOYAGER = """
l l0 P={power}
m prm T=0.049 L=5u
bs bs T=0.5 L=5u phi=63.63961030678928 alpha=45
m itmy T={input_mirror} L=5u
m etmy T=15u L=5u
m itmx T={input_mirror} L=5u
m etmx T=15u L=5u
m srm T={signal_mirror} L=5u phi={signal_tuning}
dbs d1
dbs d2
sq sq db={squeezing} angle={squeezing_angle}
m fm1 T=0.001 L=5u
m fm2 T=15u L=5u phi={filter_tuning}
free_mass prmsus prm.mech mass=29.243802983873618
free_mass bssus bs.mech mass=48.634040943805395
free_mass srmsus srm.mech mass=50
s s0 l0.p1 prm.p1 L=1
s s1 prm.p2 bs.p1 L=1
s s2 bs.p2 itmy.p1 L=1
s army itmy.p2 etmy.p1 L={length}
s s3 bs.p3 itmx.p1 L=1
s armx itmx.p2 etmx.p1 L={length}
s s4 bs.p4 srm.p1 L=10
s s5 srm.p2 d1.p1 L=1
s s6 sq.p1 d2.p2 L=1
s s7 d1.p2 d2.p3 L=10
s s8 d2.p1 fm1.p1 L=1
s s9 fm1.p2 fm2.p1 L=300
fsig(1)
sgen h0 s0.h
sgen h1 s1.h
sgen h2 s2.h phase=180
sgen h3 army.h phase=180
sgen h4 s3.h
sgen h5 armx.h
sgen h6 s4.h phase=180
bs bhbs T=0.5 L=5u phi=1e-7 alpha=45
l lo P=0.01 phase={homodyne}
s s10 d1.p3 bhbs.p1 L=1
s s11 lo.p1 bhbs.p4 L=10
pd1 top bhbs.p2.o f=fsig
pd1 right bhbs.p3.o f=fsig
qnoisebhd noise d1.p3.o P_lo=0.01 phase={oscillator}
"""
MASSES = "".join(f"free_mass m{name} {name}.mech mass={{mass}}\n" for name in ("itmx", "etmx", "itmy", "etmy"))
SHARED = ("power", "input_mirror", "signal_mirror", "signal_tuning", "squeezing", "squeezing_angle", "mass", "length")
"""What both have, called as the fields of our `Optics`: W, shares, degrees, dB, kg, m."""
OFFSET, READOUT = (*SHARED, "dark_offset"), (*SHARED, "filter_tuning", "homodyne")
ALIGO_NUMBERS = dict(zip(OFFSET, (125, 0.014, 0.2, -90, 10, 90, 40, 3995, 1.25e-4), strict=True))
DETUNED = dict(zip(OFFSET, (60, 0.02, 0.3, -75, 6, 110, 25, 3000, 2e-4), strict=True))
VOYAGER_NUMBERS = dict(zip(READOUT, (153, 0.002, 0.046, 90, 10, 0, 200, 4000, -0.014, 0), strict=True))
TURNED = dict(zip(READOUT, (100, 0.004, 0.1, 80, 6, 15, 100, 3000, -0.01, 10), strict=True))
CASES = {
    "aligo": (ALIGO, ALIGO_NUMBERS),
    "aligo, detuned": (ALIGO, DETUNED),
    "voyager": (VOYAGER, VOYAGER_NUMBERS),
    "voyager, turned": (VOYAGER, TURNED),
}


def run(text, numbers):
    """Frequencies (Hz) and noise over signal (1/sqrt(Hz)) of one interferometer."""
    values = {name: repr(value) for name, value in numbers.items()}
    if "dark_offset" in numbers:
        values["other"] = repr(90 - numbers["dark_offset"])
    else:
        values["oscillator"] = repr(90 - numbers["homodyne"])  # it is reflected by the homodyne beam splitter
    model = finesse.Model()
    model.parse((text + MASSES).format(**values))
    found = model.run("xaxis(fsig, log, 20, 5000, 99)")
    signal = found["top"] - found["right"] if "filter_tuning" in numbers else found["signal"]
    return np.asarray(found.x1), np.abs(found["noise"]) / np.abs(signal)


def main(path):
    """Run every case and write what came of it."""
    found = {"finesse": finesse.__version__, "cases": []}
    for name, (text, numbers) in CASES.items():
        frequencies, noise = run(text, numbers)
        found["frequencies"] = frequencies.tolist()
        found["cases"].append({"name": name, "numbers": numbers, "strain_asd": noise.tolist()})
        print(name, noise[0], noise[-1])
    with open(path, "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1)


if __name__ == "__main__":
    main(sys.argv[1])
