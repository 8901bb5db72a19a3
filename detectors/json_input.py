"""Designs that people write down: what detectors use of the core's reader, which anybody may use."""

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
from designopt.problem.written.values import LARGEST as LARGEST
from designopt.problem.written.values import choice_of as choice_of
from designopt.problem.written.values import listing_of as listing_of
from designopt.problem.written.values import number_of as number_of
from designopt.problem.written.values import refuse_unknown as refuse_unknown
from designopt.problem.written.values import shown as shown
from designopt.problem.written.values import whole_of as whole_of
