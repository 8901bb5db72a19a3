"""A problem of one's own, two optimisers, the record and the report, with one import."""

import designopt as do

do.prepare()


class Plates(do.AbstractDetector):
    def response(self, design: do.Design, key: object = None) -> do.Response:
        return {"error": (1.0 / design["thickness"]).sum()}

    def cost(self, design: do.Design) -> do.CostBreakdown:
        return {"plates": 2.0 * design["thickness"].sum()}


def study(quick: bool = False) -> do.Study:
    thickness = do.Real("thickness", 1 * do.units.mm, 30 * do.units.mm, unit=do.units.mm, label="mm", count=4)
    problem = do.Problem("plates-v1", Plates(), do.DesignSpace([thickness]), lambda response: response["error"],
                         budget=80 * do.units.kCHF, spend_on={"thickness": 1}, events=1)  # fmt: skip
    optimisers = [do.optimisers.RandomSearch(), do.optimisers.Lbfgs()]
    return do.Study("plates", [problem], optimisers, seeds=range(2), allowance=do.Allowance(events=60))


if __name__ == "__main__":
    study().run("runs/plates")
    record = do.load("runs/plates")
    print(f"{record.name}: {len(record.runs)} runs, report {do.write_report(record.run_dir)}")
