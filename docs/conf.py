"""How the site is built: `make docs` writes build/site; any warning fails it."""

from importlib.metadata import version as installed

project = "realfake"
author = "realfake contributors"
version = release = installed("realfake")
extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.intersphinx",
    "numpydoc",
    "myst_parser",
    "sphinx_gallery.gen_gallery",
]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["gallery/*", "gallery_made/*.ipynb"]
root_doc = "index"
html_theme = "furo"
html_title = "realfake"
html_copy_source = False
myst_heading_anchors = 3
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
autodoc_typehints = "none"  # numpydoc's own lines say them
intersphinx_mapping: dict[str, tuple[str, None]] = {}  # no page of others is asked for while building
nitpicky = False
sphinx_gallery_conf = {
    "examples_dirs": "gallery",
    "gallery_dirs": "gallery_made",
    "filename_pattern": "plot_",
    "abort_on_example_error": True,
    "show_memory": False,
    "show_signature": False,
    "download_all_examples": False,
    "remove_config_comments": True,
}
