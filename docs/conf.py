"""How the site is built: `make docs` writes build/site; any warning, broken link or failing example fails it."""

import re
from importlib.metadata import version as installed
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sphinx.application import Sphinx
from sphinx.errors import SphinxError

project = "realfake"
author = "realfake contributors"
version = release = installed("realfake")
extensions = ["sphinx.ext.autodoc", "numpydoc", "myst_parser", "sphinx_gallery.gen_gallery"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["gallery/*", "gallery_made/*.ipynb"]
root_doc = "index"
html_theme = "furo"
html_title = "realfake"
html_copy_source = False
html_show_sourcelink = False
html_static_path = ["static"]
html_css_files = ["site.css"]
suppress_warnings = ["config.cache"]  # the gallery's settings hold a function
myst_heading_anchors = 3
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
autodoc_typehints = "none"  # numpydoc's own lines say them
autodoc_member_order = "bysource"
nitpicky = False
sphinx_gallery_conf = {
    "examples_dirs": "gallery",
    "gallery_dirs": "gallery_made",
    "filename_pattern": "plot_",
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
    "show_memory": False,
    "show_signature": False,
    "download_all_examples": False,
    "remove_config_comments": True,
    "write_computation_times": False,
    "min_reported_time": 1e9,  # seconds; how long a build took is nobody's reading
}


def check_links(app: Sphinx, exception: Exception | None) -> None:
    """Fail where a page leads to a file or a place that the site does not have; other sites are not asked."""
    if exception is not None or app.builder.format != "html":
        return
    site = Path(app.outdir).resolve()
    text = {page: page.read_text(encoding="utf-8") for page in site.rglob("*.html")}
    places = {page: set(re.findall(r'\sid="([^"]+)"', shown)) for page, shown in text.items()}
    broken = []
    for page, shown in text.items():
        for link in sorted(set(re.findall(r'\s(?:href|src)="([^"]+)"', shown))):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            missing = target in places and parts.fragment and unquote(parts.fragment) not in places[target]
            if missing or not target.exists():
                broken.append(f"{page.relative_to(site)} leads to {link}")
    if broken:
        raise SphinxError("links that lead nowhere:\n" + "\n".join(broken))


def short_defaults(app: Sphinx, what: str, name: str, one: object, options: object, signature: str, result: str):
    """A signature whose settings stand without what they are made of: `workers=Workers()`."""
    if not signature:
        return None
    nested = re.sub(r"=([A-Z]\w+)\((?:[^()]|\([^()]*\))*\)", r"=\1()", signature)
    return re.sub(r"<function (\w+)>", r"\1", nested), result


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("autodoc-process-signature", short_defaults)
    app.connect("build-finished", check_links)
