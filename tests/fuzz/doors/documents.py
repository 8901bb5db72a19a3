"""Designs that mean something, one or a few of each kind, which the fuzzing starts from."""

import numpy as np

from designopt.detectors.array import description as array
from designopt.detectors.interferometer import description as interferometer
from designopt.detectors.muon_edm import description as muon_edm
from designopt.detectors.muon_shield.reference import challenge_baseline
from designopt.detectors.neutrino_telescope import description as neutrino_telescope
from designopt.detectors.tomography import description as tomography

CALORIMETERS = (
    {
        "layers": [
            {"absorber": "W", "absorber_thickness": 2.1, "active": "Si", "active_thickness": 0.5, "repeat": 20},
            {"absorber": "W", "absorber_thickness": 4.2, "active": "Si", "active_thickness": 0.5, "pitch": 5},
        ],
        "energies": [1, 20],
        "beam": "electron",
    },
    {
        "layers": [
            {
                "absorber": [{"material": "Pb", "thickness": 2}, {"material": "SS", "thickness": 0.4}],
                "active": "scintillator",
                "active_thickness": 4.0,
                "pitch": 40.0,
                "present": 1,
                "repeat": 30,
            }
        ],
        "energies": [1.0, 50.0],
        "beam": "photon",
        "readout": {"constant_term": 0.005, "miscalibration": 0.01, "noise": 1.0, "light": 1.0},
    },
    {
        "layers": [{"absorber": None, "active": "PbWO4", "active_thickness": 230, "pitch": 22, "repeat": 1}],
        "energies": [20, 120],
        "readout": {"constant_term": 0.003},
    },
)
HADRONS = (
    {"sensors": [{"absorber": 25.0, "thickness": 0.3, "repeat": 40}]},
    {
        "sensors": [
            {"absorber": 20, "thickness": 0.3, "repeat": 12},
            {"absorber": [{"material": "Cu", "thickness": 30.0}, {"material": "SS", "thickness": 5}], "thickness": 0.2,
             "repeat": 20},
        ],
        "sections": [300.0, 900.0],
    },
)  # fmt: skip
REVIEWED_HADRONS = (
    HADRONS[0],
    {
        "sensors": [
            {"absorber": 19.0, "thickness": 3.0, "sensor": "tile", "repeat": 30},
            {"absorber": 25.0, "thickness": 0.3, "sensor": "Si", "repeat": 14},
        ],
        "energies": [50.0, 100.0],
    },
)
TRACKERS = (
    {
        "field_t": 2.0,
        "barrel": [
            {"radius_mm": r, "half_length_mm": h, "x_over_x0": x, "resolution_rphi_um": a, "resolution_z_um": b}
            for r, h, x, a, b in ((18, 125, 0.006, 3, 3), (37, 125, 0.006, 3, 3), (400, 480, 0.012, 7, 90),
                                  (1000, 1200, 0.012, 7, 90), (2100, 2100, 0.012, 7, 90))
        ],
        "beam_pipe": {"radius_mm": 15.0, "x_over_x0": 0.0034},
        "pt_gev": [1, 10, 100],
        "theta_deg": [90, 60],
        "mass": "pion",
        "log": "layer",
        "trajectory": "auto",
    },
    {
        "field_t": 3.8,
        "barrel": [
            {"radius_mm": 30, "half_length_mm": 300, "pitch_rphi_um": 100, "pitch_z_um": 150,
             "technology": "hybrid-pixel", "thickness_um": 150, "name": "pixels"},
            {"radius_mm": 110, "half_length_mm": 300, "pitch_rphi_um": 100, "pitch_z_um": 150,
             "technology": "hybrid-pixel"},
            {"radius_mm": 600, "half_length_mm": 1100, "pitch_rphi_um": 80, "technology": "strip-pair"},
            {"radius_mm": 1080, "half_length_mm": 1100, "pitch_rphi_um": 90, "technology": "strip-pair"},
        ],
        "disks": [
            {"z_mm": 700, "inner_mm": 60, "outer_mm": 500, "x_over_x0": 0.02, "resolution_rphi_um": 10,
             "resolution_r_um": 50},
            {"z_mm": 1300, "inner_mm": 100, "outer_mm": 1000, "x_over_x0": 0.02, "resolution_rphi_um": 10,
             "resolution_r_um": 500},
        ],
        "pt_gev": [2.0, 50.0],
        "theta_deg": [90.0, 40.0],
        "mass": 0.1,
        "log": 0.01,
        "trajectory": "helix",
    },
)  # fmt: skip
SPECTROMETERS = (
    {
        "magnet": {"bending_power_tm": 0.65, "length_mm": 2000, "centre_mm": 0.0},
        "stations": [
            {"z_mm": z, "resolution_um": 120, "x_over_x0": 0.005, "hits": 8, "price": 1000}
            for z in (-4000, -2000, 2000, 4500)
        ],
        "momenta_gev": [5, 20, 100],
        "vertex_mm": -10_000,
    },
    {
        "magnet": {"bending_power_tm": 4.0, "length_mm": 1500.0, "centre_mm": 500.0},
        "stations": [{"z_mm": z, "technology": "120 um", "hits": 4} for z in (-3000.0, -1500.0, 2500.0, 4000.0)],
        "momenta_gev": [2.0, 30.0, 60.0],
    },
)
SHIELDS = ({"magnets": np.asarray(challenge_baseline()).round(2).tolist(), "name": "baseline"},)
ARRAYS, INTERFEROMETERS, INJECTIONS, PANELS, TELESCOPES = (
    (home.example(),) for home in (array, interferometer, muon_edm, tomography, neutrino_telescope)
)
