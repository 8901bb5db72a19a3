"""How the documentation is built: `make docs` writes docs/_build/html; any warning is an error."""

import sys
from pathlib import Path

import designopt

HERE = Path(__file__).parent
designopt.prepare()
sys.path.insert(0, str(HERE))

project = "designopt"
author = copyright = "the designopt authors"
version = release = designopt.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "alabaster"
html_static_path = ["_static"]
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


def setup(app):
    """Draw the figure of every detector's page before any page is read."""
    from validation import draw_all

    app.connect("builder-inited", lambda _: draw_all(HERE / "_build" / "validation"))
