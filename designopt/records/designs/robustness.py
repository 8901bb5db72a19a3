"""What the best designs of a study rest on: `robustness.jsonl`, one line an examined design."""

from designopt.records.designs.design_record import DesignFile, DesignRecord
from designopt.records.designs.examination import Examination

ROBUSTNESS = DesignFile("robustness.jsonl", "examined.jsonl", "examine", Examination)

RobustnessRecord = DesignRecord[Examination]
