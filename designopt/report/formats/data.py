"""The report as JSON, with all digits: for programs."""

import json
import math
from typing import Any

import numpy as np

from designopt.report.content import Content
from designopt.report.formats.tables import tables
from designopt.report.sections.methods import methods
from designopt.report.sections.question import asked
from designopt.report.sections.summary import smoke_test, summary

SCHEMA = 1
"""Of the JSON: raised when an entry changes its meaning or goes; new ones may come without."""


def as_json(content: Content) -> str:
    """Every number of the report; what is missing is null, and infinity (never reached) the text "inf"."""
    sections = [
        {
            "problem": section.problem,
            "title": section.title,
            "question": asked(section),
            "summary": [sentence for sentence in (smoke_test(section), *summary(section)) if sentence],
            "reference": section.baseline.name if section.baseline else None,
            "entrants": [
                {
                    "name": entrant.name,
                    "optimiser": entrant.runs[0].header["optimiser"]["name"],
                    "role": entrant.runs[0].role,
                    "seeds": [run.seed for run in entrant.runs],
                    "scores": entrant.values,
                    "interquartile_mean": entrant.mean,
                    "interval_95": entrant.interval,
                    "winner": entrant.winner.winner if entrant.winner else None,
                    "winner_file": entrant.winner.file if entrant.winner else None,
                }
                for entrant in section.entrants
            ],
            "tables": {table.name: table.rows for table in tables(content, section)},
        }
        for section in content.sections
    ]
    report = {
        "schema": SCHEMA,
        "study": content.record.name,
        "subtitle": content.subtitle,
        "warnings": content.warnings,
        "running": [run.file for run in content.running],
        "sections": sections,
        "methods": methods(content),
    }
    return json.dumps(plain(report), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def plain(value: Any) -> Any:
    """A value as JSON holds it: arrays as lists, NaN as null, infinity as a text."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(one) for one in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "inf" if value > 0 else "-inf"
    return value
