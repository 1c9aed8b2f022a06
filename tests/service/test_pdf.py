"""A page becomes a PDF, and cannot fetch anything while it does."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from realfake.service.pdf import pdf_of


def test_a_page_becomes_a_pdf_without_asking_anybody_for_anything(tmp_path):
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

    (tmp_path / "secret.png").write_bytes(b"x")
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        page = f'<link rel=stylesheet href="{address}/a.css"><img src="{address}/b.png"><img src="file://{tmp_path}/secret.png">'
        pdf = pdf_of(f"<!doctype html><h1>Case</h1>{page}")
        server.shutdown()
    assert pdf.startswith(b"%PDF-") and asked == []
