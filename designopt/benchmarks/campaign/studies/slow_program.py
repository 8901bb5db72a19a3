"""One run of a simulator that is a program and takes half a second: on a cluster its evaluations are spread."""

import designopt as do

SECONDS = 0.5
PROGRAM = 'sleep {seconds}; tr -d " \\n" < design.json | sed \'s/.*"first":\\([0-9.e-]*\\).*/{{"loss": \\1}}/\''


def study(quick: bool = False) -> do.Study:
    """Random search in batches of eight, 48 evaluations; quick: 16."""
    detector = do.CommandDetector(
        ["sh", "-c", PROGRAM.format(seconds=SECONDS)], [do.Real("first", 0.1, 1.0), do.Real("second", 0.1, 1.0)],
        {"loss": ()}, cost=lambda design: design["first"] + design["second"], workers=8, version="1",
    )  # fmt: skip
    problem = do.problem("slow-program", detector=detector, objective=lambda response: response["loss"], budget=1.0)
    search = do.optimisers.RandomSearch(batch=8)
    return do.Study("spread", [problem], [search], [0], do.Allowance(16 if quick else 48))
