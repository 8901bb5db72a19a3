"""How the documentation is built: `make docs` writes docs/_build/html; any warning is an error."""

import designopt

project = "designopt"
author = copyright = "the designopt authors"
version = release = designopt.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "alabaster"
html_theme_options = {"description": "The best detector that a fixed amount of money can buy.", "page_width": "1100px"}
default_role = "code"  # docstrings mark code with single backticks
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
suppress_warnings = [
    "myst.xref_missing"
]  # files of the repository outside of docs/, which tests/test_readme.py looks for

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
napoleon_numpy_docstring = False
