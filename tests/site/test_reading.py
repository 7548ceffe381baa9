"""The text of documents, page by page."""

from __future__ import annotations

import pytest
from docx import Document

from migov.site.reading import Unreadable, read_pages


class TestReading:
    def test_html(self, tmp_path):
        path = tmp_path / "page.html"
        path.write_text(
            "<html><head><title>Borders</title><style>p {}</style></head><body><script>let x = 1</script><!-- no -->"
            "<p>First\n   line<br>second <b>line</b></p><ul><li>one</li><li>two</li></ul></body></html>"
        )
        assert read_pages(path).texts == ["Borders\n\nFirst line\nsecond line\n\none\n\ntwo"]

    def test_html_in_an_encoding_that_it_names(self, tmp_path):
        path = tmp_path / "page.html"
        path.write_bytes('<meta charset="windows-1251"><p>Граница</p>'.encode("cp1251"))
        assert read_pages(path).texts == ["Граница"]

    def test_docx_with_tables_in_their_place(self, tmp_path):
        document = Document()
        document.add_paragraph("Before")
        table = document.add_table(rows=1, cols=2)
        table.cell(0, 0).text, table.cell(0, 1).text = "Output", "Border posts"
        document.add_paragraph("After")
        document.save(str(tmp_path / "note.docx"))
        assert read_pages(tmp_path / "note.docx").texts == ["Before\n\nOutput | Border posts\n\nAfter"]

    def test_pdf_page_by_page(self, tmp_path):
        pytest.importorskip("pypdf")
        import typst

        source = tmp_path / "note.typ"
        source.write_text("Border posts\n#pagebreak()\nHospitals")
        typst.compile(str(source), output=str(tmp_path / "note.pdf"))
        assert [page.strip() for page in read_pages(tmp_path / "note.pdf").texts] == ["Border posts", "Hospitals"]

    def test_a_pdf_that_holds_no_text_is_told(self, tmp_path):
        pypdf = pytest.importorskip("pypdf")
        writer = pypdf.PdfWriter()
        writer.add_blank_page(200, 200)
        writer.write(tmp_path / "scan.pdf")
        with pytest.raises(Unreadable, match="Perhaps its pages are pictures"):
            read_pages(tmp_path / "scan.pdf")

    def test_a_protected_pdf_is_told(self, tmp_path):
        pypdf = pytest.importorskip("pypdf")
        writer = pypdf.PdfWriter()
        writer.add_blank_page(200, 200)
        writer.encrypt("secret", algorithm="RC4-128")
        writer.write(tmp_path / "secret.pdf")
        with pytest.raises(Unreadable, match="protected by a password"):
            read_pages(tmp_path / "secret.pdf")

    @pytest.mark.parametrize(
        ("name", "content", "told"),
        [
            ("note.txt", "Grenz\xfcbergang".encode("latin-1"), "saved as UTF-8"),
            ("note.txt", b" \n ", "holds no text"),
            ("note.docx", b"not a zip", "expected a Word document"),
            ("note.pdf", b"not a PDF", "expected a PDF file that is whole"),
            ("note.html", b"", "expected HTML"),
        ],
    )
    def test_what_cannot_be_read_is_told(self, tmp_path, name, content, told):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Unreadable, match=told):
            read_pages(tmp_path / name)

    def test_text_as_windows_saves_it(self, tmp_path):
        (tmp_path / "note.txt").write_text("Границя", encoding="utf-16")
        assert read_pages(tmp_path / "note.txt").texts == ["Границя"]
