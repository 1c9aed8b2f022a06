"""Pages as PDF, by WeasyPrint: it runs no script and needs no browser, and here it may fetch nothing."""

from __future__ import annotations

import io


def pdf_of(page: str) -> bytes:
    """A self-contained HTML page as PDF; whatever it would load from elsewhere is left out."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    file = io.BytesIO()
    HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=("data",))).write_pdf(file)
    return file.getvalue()
