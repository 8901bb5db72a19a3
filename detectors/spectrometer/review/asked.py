"""The requirements of the spectrometer problem, as people read them."""

from designopt.detectors.spectrometer.review.detector import LIMITS
from designopt.problem.requirements import ASSUMED, Requirement
from designopt.units import m, mm, um


def requirements(
    redundancy: float | None,
    efficiency: float | None,
    alignment: float | None,
    aperture_from: float | None,
    material: float | None,
    gap: float | None,
    room: float | None,
    fewest: int | None,
) -> tuple[Requirement, ...]:
    """Those that are switched on, in the order of the arguments (see the options of `spectrometer-layout-v2`)."""
    found = []
    if redundancy is not None:
        board = f"{ASSUMED}: 2 to 3; SHiP's stations have 1.64 and 1.94"
        for limit, what in (
            (LIMITS["momentum"], "the loss of any one station raises sigma(p) at no momentum by more than this factor"),
            (LIMITS["position"], "the loss of any one station raises the error of the vertex by no more than this"),
        ):
            found.append(Requirement("redundancy", what, f"{redundancy:g}", board, limit, range=(2.0, 3.0)))
    if efficiency is not None:
        what = "a station gives its measurement with this probability; errors are means over hit patterns"
        found.append(
            Requirement("efficiency", what, f"{efficiency:g}", f"{ASSUMED}: 0.95 to 0.995", range=(0.95, 0.995))
        )
    if alignment is not None:
        what = "places of stations are known to this, independent of each other; weak modes are left out"
        found.append(
            Requirement(
                "alignment", what, f"{alignment / um:g} um", f"{ASSUMED}: 10 to 100 um", range=(10 * um, 100 * um)
            )
        )
    if aperture_from is not None:
        what = "stations are as large as tracks of a fixed angle from here need, and paid by area"
        source = "middle of SHiP's decay volume of 50 m (FairShip); its vessel's cones focus at -72.8 and -97 m"
        found.append(Requirement("aperture_from", what, f"z = {aperture_from / m:g} m", source))
    if material is not None:
        what = "stations of the catalogue have this much material, however fine they are"
        source = "eight layers of SHiP's straws (FairShip); that fine stations are thin, as in -v1, has no source"
        found.append(Requirement("material", what, f"{100 * material:g} % X0", source))
    if gap is not None:
        source = "length of SHiP's stations (FairShip, strawtubes_config.yaml: stationLength 50 cm, half)"
        found.append(Requirement("gap", "stations stand this far apart", f"{gap / mm:g} mm", source, "gap"))
    if room is not None:
        what = "stations stand within this of the middle of the magnet"
        source = "SHiP's timing detector, 6.33 m behind it, and half a station (FairShip)"
        found.append(Requirement("room", what, f"{room / mm:g} mm", source))
    if fewest is not None:
        source = f"{ASSUMED}: three measure a momentum, a fourth says whether they belong together"
        found.append(Requirement("fewest", "there are as many stations", f"{fewest}", source, "stations"))
    return tuple(found)
