"""What a detector that people write down is made with: fields, options in range, results, requirements, a check.

A package with a detector of its own needs nothing else from inside: `import designopt as do`, then `do.written.Form`,
`do.written.common_part`. `designopt.problem.written` says how a description is read, `docs/your_detector.md` how the
parts go together.
"""

from designopt.design.declared import Count as Count
from designopt.design.declared import Most as Most
from designopt.design.declared import NotNegative as NotNegative
from designopt.design.declared import Positive as Positive
from designopt.design.declared import Range as Range
from designopt.design.declared import Share as Share
from designopt.design.declared import declared as declared
from designopt.problem.requirements import Requirement as Requirement
from designopt.problem.written.composed import Either as Either
from designopt.problem.written.composed import Listing as Listing
from designopt.problem.written.composed import Special as Special
from designopt.problem.written.composed import numbers as numbers
from designopt.problem.written.fields import Field as Field
from designopt.problem.written.fields import Number as Number
from designopt.problem.written.fields import Text as Text
from designopt.problem.written.fields import Whole as Whole
from designopt.problem.written.fields import Word as Word
from designopt.problem.written.fields import limits_of as limits_of
from designopt.problem.written.form import Entry as Entry
from designopt.problem.written.form import Form as Form
from designopt.problem.written.form import Part as Part
from designopt.problem.written.form import Rows as Rows
from designopt.problem.written.options import shares_options as shares_options
from designopt.problem.written.result import at_least as at_least
from designopt.problem.written.result import at_most as at_most
from designopt.problem.written.result import below_zero as below_zero
from designopt.problem.written.result import common_part as common_part
from designopt.problem.written.values import LARGEST as LARGEST
from designopt.problem.written.values import choice_of as choice_of
from designopt.problem.written.values import listing_of as listing_of
from designopt.problem.written.values import number_of as number_of
from designopt.problem.written.values import refuse_unknown as refuse_unknown
from designopt.problem.written.values import shown as shown
from designopt.problem.written.values import whole_of as whole_of
from designopt.records.designs.verification_result import Measured as Measured
from designopt.records.designs.verification_result import Verification as Verification
