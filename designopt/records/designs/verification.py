"""What independent simulations said of the designs of a study: `verification.jsonl`, one line a design."""

from collections.abc import Iterable

from designopt.records.designs.design_record import DesignFile, DesignRecord, beside_reference
from designopt.records.designs.verification_result import Gain, Verification, gains

VERIFICATION = DesignFile("verification.jsonl", "verified.jsonl", "verify", Verification)

VerificationRecord = DesignRecord[Verification]


def outcomes(
    records: Iterable[VerificationRecord],
) -> list[tuple[VerificationRecord, VerificationRecord, list[Gain]]]:
    """Every checked winner with the checked reference of its problem and the gains over it."""
    return [(one, held, gains(one.result, held.result)) for one, held in beside_reference(records)]
