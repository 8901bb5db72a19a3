"""One section of the page: the figures and tables of one problem at one budget, in the order they are read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matplotlib.figure import Figure

from designopt.records.designs.robustness import RobustnessRecord
from designopt.records.designs.verification import VerificationRecord
from designopt.records.files.file_names import slug
from designopt.report.data import progress
from designopt.report.data.comparison import Section
from designopt.report.figures import curves, entrants, optima, winners
from designopt.report.figures.palette import Palette
from designopt.report.figures.saving import on_page
from designopt.report.layout import heading, paragraph, side_by_side
from designopt.report.sections.limits import limits_kept, limits_table
from designopt.report.sections.pareto import cuts, front_figure, front_table, is_front
from designopt.report.sections.question import asked, requirements_table, what_was_asked
from designopt.report.sections.robustness import gains_figure, robustness_table, verdicts
from designopt.report.sections.sensitivity import moves_figure, price_of_money, sensitivity_table, shadow_prices
from designopt.report.sections.winner import winning_design
from designopt.report.tables import results, run_tables
from designopt.report.tables.design_table import Written
from designopt.report.tables.series import series
from designopt.report.tables.speed import speed
from designopt.report.tables.table import Table, number
from designopt.report.tables.verification_table import verification_table


@dataclass(frozen=True)
class ProblemSection:
    """A section together with where its files go."""

    section: Section
    run_dir: Path
    prefix: str
    palette: Palette
    draw: winners.Draw | None
    verification_records: Sequence[VerificationRecord] = ()
    robustness_records: Sequence[RobustnessRecord] = ()
    others: Sequence[Section] = ()
    written: Written | None = None
    alternatives: Table | None = None
    drawings: dict[str, bytes] = field(default_factory=dict)
    """Pictures of winners that were drawn, by entrant."""
    opened: bool = False
    """Whether the same page says what was asked in its first lines."""
    above: set[str] = field(default_factory=set)
    """Entrants whose drawings stand on the same page already, in its first lines."""
    reasons: set[str] = field(default_factory=set)
    """Why something of a winner could not be made, as far as it was said."""

    @property
    def anchor(self) -> str:
        """Name of the section in links."""
        return slug(self.prefix or self.section.title)

    @property
    def opening(self) -> str:
        """Name of the first lines on it, in links."""
        return f"{self.anchor}-found"

    def write(self) -> str:
        """Write the files and return the HTML."""
        for table in series(self.section):
            self.keep(table)
        if not self.section.runs or not any(len(run.number) for run in self.section.runs):
            return paragraph("No evaluation was recorded.") + self._table(run_tables.runs)
        return "".join(
            (
                self._asked(),
                self._result(),
                self._front(),
                self._how_sure(),
                self._limits(),
                self._physics(),
                self._verification(),
                self._rests_on(),
                self._winners(),
                self.other_designs(),
                self._records(),
            )
        )

    def _asked(self) -> str:
        table = requirements_table(self.section, self._examined())
        if table.rows:
            self.keep(table)
        return what_was_asked(self.section, table, objective_too=not self.opened)

    def _examined(self) -> list[RobustnessRecord]:
        found = [one for one in self.robustness_records if one.problem == self.section.problem]
        return [one for one in found if not one.is_reference]

    def _result(self) -> str:
        section, palette = self.section, self.palette
        against = "Median over seeds with the interquartile band; dashed: baselines, which search nothing. "
        return self._table(results.final) + side_by_side(
            self.figure("score-against-events", "Best feasible score as built against simulated events",
                         against + "The score's axis is cut where the searches begin.",
                         curves.score_against(section, "events", palette)),
            self.figure("score-against-seconds", "The same against wall seconds",
                         against + "Each curve ends with the longest of its runs.",
                         curves.score_against(section, "seconds", palette)),
            self.figure("final-scores", "Final score of every seed",
                         "Dots: seeds, with the statistical error of the re-scoring; tick and bar: interquartile mean "
                         "with its 95 % interval; crosses: runs without a result, at the worst score seen.",
                         entrants.final_scores(section, palette)),
            self.figure("targets-reached", "Targets reached",
                         f"Share of {len(section.targets)} targets and all seeds reached within so many events. They "
                         f"run from a first feasible design ({number(section.start)}) to 1 % of the gap from the best "
                         f"({number(section.best)}), evenly in the logarithm of the gap left.",
                         curves.targets_reached(section, palette)),
        )  # fmt: skip

    def _how_sure(self) -> str:
        section = self.section
        text = heading(3, "How sure is the order")
        seconds = self.figure(
            "seconds", "Where the time goes", "Wall seconds per evaluation. Thinking is all that is not simulation: "
            "the optimiser's own work, training, compilation, the ledger.",
            entrants.seconds_per_evaluation(section, self.palette),
        )  # fmt: skip
        if max(len(entrant.runs) for entrant in section.entrants) < 2:
            text += paragraph("One run each: nothing is known about chance, and nothing is said.") + seconds
        elif len(section.entrants) > 1:
            chances = self.figure(
                "superiority", "Probability that the row scores lower than the column",
                "In per cent, over all pairs of seeds. Bold: different at 5 % after Holm's correction.",
                entrants.superiority(section),
            )  # fmt: skip
            text += side_by_side(chances, seconds) + self._table(results.pairs)
        return text + self._table(results.targets) + self._filled(speed(section))

    def _front(self) -> str:
        if not is_front(self.section):
            return ""
        fixed = cuts(self.section, self.others)
        return self.figure(
            "front", "Score against money", "Lowest score as built for at most so much money: median over seeds with "
            "the interquartile band. Points: searches at one fixed cost; crosses: reference designs.",
            front_figure(self.section, fixed, self.palette),
        ) + self._filled(front_table(self.section, fixed))  # fmt: skip

    def _limits(self) -> str:
        table = limits_table(self.section)
        if not table.rows:
            return ""
        return heading(3, "Were the side limits kept") + self._filled(table) + self.figure(
            "limits", "Built designs that keep all limits", "In equal steps of the allowance, over all seeds.",
            limits_kept(self.section, self.palette),
        )  # fmt: skip

    def _physics(self) -> str:
        section = self.section
        if not progress.metrics(section):
            return ""
        text = heading(3, "What it means in physics")
        gains = progress.gains(section)
        if gains and section.baseline:
            text += self.figure(
                "physics-gains", f"Change against {section.baseline.name} at the same cost",
                "Winners of all seeds, as built and re-scored: interquartile mean with its 95 % interval. Less is "
                "better unless the row says otherwise; hollow: worse than the reference.",
                entrants.physics_gains(gains, section.baseline.name, self.palette),
            ) + self._table(results.physics_gains)  # fmt: skip
        return text + self._table(results.physics)

    def _verification(self) -> str:
        table = verification_table(self.section, self.verification_records)
        if not table.rows:
            return ""
        self.keep(table)
        return heading(3, "Does the gain survive an independent simulation") + table.html()

    def _rests_on(self) -> str:
        searched = self._examined()
        if not searched:
            return ""
        known = [one for one in self.robustness_records if one.problem == self.section.problem]
        moves, gains = sensitivity_table(searched), robustness_table(known)
        figures = [
            self.figure("sensitivity", "Which variable matters at constant cost", "Bars: mean change of the score as "
                         "built when all slots of a variable move by 5 % of its range, up or down at random, and sizes "
                         f"pay for it; lines: from the least to the most of the moves. {price_of_money(searched)}",
                         moves_figure(moves, self.palette)) if moves.rows else "",
            self.figure("robustness", "Does the gain survive",
                         "Gain over the reference, both changed alike; right of 0 the winner is better. Up: larger "
                         "budget or dearer item; down: smaller or cheaper; hollow: a side limit is broken; lines: "
                         "statistical error, or the range over samples and draws.",
                         gains_figure(gains, self.palette)) if gains.rows else "",
        ]  # fmt: skip
        text = heading(3, "What the optimum rests on") + "".join(paragraph(one) for one in verdicts(gains))
        text += side_by_side(*figures) + self._filled(moves) + self._filled(shadow_prices(searched))
        return text + self._filled(gains)

    def _winners(self) -> str:
        text = heading(3, "The winning designs")
        shown = [entrant for entrant in self.section.entrants if entrant.winner and entrant.winner.winner]
        if not shown:
            return text + paragraph("No winner has been re-scored yet.")
        best = next((entrant for entrant in shown if not entrant.is_baseline), shown[0])
        text += "".join(winning_design(self, entrant, entrant is best) for entrant in shown)
        text += self._table(results.money)
        ranges = {one["name"]: one["range"] for one in asked(self.section).get("variables", []) if "range" in one}
        lines = optima.same_optima(self.section, self.palette, ranges)
        return text if lines is None else text + self.figure(
            "same-optima", "Do the seeds end at the same design", "One line per winner; each axis runs along "
            f"what was allowed{'' if ranges else ' (here: all winners)'}. Long series are means of equal parts.", lines,
        )  # fmt: skip

    def other_designs(self) -> str:
        """What else is as good as HTML; empty where no search was asked for it."""
        if self.alternatives is None or not self.alternatives.rows:
            return ""
        return heading(3, "What else is as good") + self._filled(self.alternatives)

    def _records(self) -> str:
        text = heading(3, "What was asked, of whom")
        text += self._table(run_tables.problem) + self._table(run_tables.optimisers)
        reasons = {entrant.name: entrant.runs[0].header.get("reason") for entrant in self.section.entrants}
        text += "".join(paragraph(f"{name} is {reason}") for name, reason in reasons.items() if reason)
        text += heading(3, "Was it fair") + self._table(run_tables.budget_kept)
        failed = run_tables.failures(self.section)
        self.keep(failed)
        text += failed.html() if failed.rows else paragraph("Every run ended with a feasible design.")
        return text + heading(3, "Every run") + self._table(run_tables.runs)

    def _table(self, make: Callable[[Section], Table]) -> str:
        table = make(self.section)
        self.keep(table)
        return table.html()

    def _filled(self, table: Table) -> str:
        """A table that is left out where it has no rows."""
        if not table.rows:
            return ""
        self.keep(table)
        return table.html()

    def keep(self, table: Table) -> None:
        """Write a table as CSV."""
        table.write(self.run_dir / "tables" / f"{self.prefix}{table.name}.csv")

    def figure(self, name: str, title: str, caption: str, figure: Figure) -> str:
        """Write a figure as SVG, and return it as HTML."""
        return on_page(figure, self.run_dir / "figures" / f"{self.prefix}{name}.svg", title, caption)
