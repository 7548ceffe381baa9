"""The text of documents, page by page."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest
from docx import Document

from migov.services.files.extraction import Unreadable, read_pages


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

    LAW = (
        "Настоящий Закон устанавливает права иностранных граждан, прибывших для работы.",
        "Цей Закон визначає права іноземців, які прибули для роботи; її єдиний паспорт.",
        "Овим законом уређују се права странаца који долазе ради запошљавања, њихова ћерка.",
        "Гэты Закон вызначае правы замежных грамадзян, якія прыбылі на працу. Наймальнік не мае права захоўваць пашпарт работніка, ён.",
    )

    @pytest.mark.parametrize("encoding", ["cp1251", "koi8_u", "iso8859_5", "cp866"])
    def test_cyrillic_text_as_it_was_saved_before_unicode(self, tmp_path, encoding):
        read = 0
        for law in self.LAW:
            try:
                (tmp_path / "law.txt").write_bytes(law.encode(encoding))
            except UnicodeEncodeError:
                continue  # not all encodings have the letters of all languages
            assert read_pages(tmp_path / "law.txt").texts == [law]
            read += 1
        assert read

    @pytest.mark.parametrize(
        ("text", "encoding"),
        [
            ("Осы Заң жұмыс істеу үшін келген шетелдіктердің құқықтарын белгілейді.", "kz1048"),
            ("חוק זה חל על עובדים זרים אשר באו לעבודה בישראל והמעסיק לא יחזיק דרכונים", "cp1255"),
            ("Ο νόμος αυτός εφαρμόζεται στους αλλοδαπούς που έρχονται για εργασία", "cp1253"),
            ("İşveren işçinin pasaportunu alıkoyamaz; çalışma izni verilir.", "cp1254"),
            ("Закон о правах", "cp1251"),
            ("НАСТОЯЩИЙ ЗАКОН УСТАНАВЛИВАЕТ ПРАВА ИНОСТРАННЫХ ГРАЖДАН", "cp1251"),
        ],
    )
    def test_what_could_be_another_encoding_is_not_guessed(self, tmp_path, text, encoding):
        (tmp_path / "law.txt").write_bytes(text.encode(encoding))
        with pytest.raises(Unreadable, match="saved as UTF-8"):
            read_pages(tmp_path / "law.txt")

    def test_a_line_break_within_a_paragraph_is_one(self, tmp_path):
        (tmp_path / "note.txt").write_bytes(b"First\x0bsecond")
        assert read_pages(tmp_path / "note.txt").texts == ["First\nsecond"]


class TestHostileFiles:
    """Broken and forged files are told in a sentence, and cost neither memory nor time."""

    @staticmethod
    def forged(path, *, document=None, damage=None):
        """A Word document whose main part, or whose bytes, were changed by hand."""
        plain = Document()
        plain.add_paragraph("Border police")
        plain.add_table(rows=1, cols=2).cell(0, 0).text = "Output"
        plain.save(str(path))
        if document:
            with zipfile.ZipFile(path) as held:
                parts = {name: held.read(name) for name in held.namelist()}
            parts["word/document.xml"] = document(parts["word/document.xml"])
            with zipfile.ZipFile(path, "w") as made:
                for name, content in parts.items():
                    made.writestr(name, content)
        if damage:
            path.write_bytes(damage(path.read_bytes()))
        return path

    def test_a_cell_that_claims_to_be_millions_wide(self, tmp_path):
        wide = b'<w:gridSpan w:val="2000000000"/><w:tcW '
        path = self.forged(tmp_path / "wide.docx", document=lambda xml: xml.replace(b"<w:tcW ", wide))
        assert read_pages(path).texts == ["Border police\n\nOutput | "]

    def test_a_cell_that_continues_one_that_is_not_there(self, tmp_path):
        path = self.forged(
            tmp_path / "merged.docx", document=lambda xml: xml.replace(b"<w:tcW ", b"<w:vMerge/><w:tcW ")
        )
        assert read_pages(path).texts == ["Border police\n\nOutput | "]

    @pytest.mark.parametrize(
        ("document", "damage"),
        [
            (lambda xml: b"<a/>", None),
            (lambda xml: xml.replace(b"w:body", b"w:bodx"), None),
            (None, lambda data: data.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")),
            (None, lambda data: data[:60] + bytes(20) + data[80:]),
        ],
        ids=["another root", "no body", "marked as encrypted", "damaged"],
    )
    def test_a_broken_word_document(self, tmp_path, document, damage):
        path = self.forged(tmp_path / "broken.docx", document=document, damage=damage)
        with pytest.raises(Unreadable, match="expected a Word document"):
            read_pages(path)

    def test_characters_that_xml_has_no_place_for(self, tmp_path):
        (tmp_path / "page.html").write_bytes(b"<p>Border\x01police&#2;\x0b train</p>")
        assert read_pages(tmp_path / "page.html").texts == ["Border police train"]

    def test_a_pdf_with_an_unknown_kind_of_protection(self, tmp_path):
        pypdf = pytest.importorskip("pypdf")
        writer = pypdf.PdfWriter()
        writer.add_blank_page(200, 200)
        writer.encrypt("", algorithm="RC4-128")
        writer.write(tmp_path / "odd.pdf")
        odd = (tmp_path / "odd.pdf").read_bytes()
        assert b"/Standard" in odd
        (tmp_path / "odd.pdf").write_bytes(odd.replace(b"/Standard", b"/Unheard1"))
        with pytest.raises(Unreadable):
            read_pages(tmp_path / "odd.pdf")


def test_a_workbook_that_claims_a_row_far_away_is_read_in_no_time(tmp_path):
    path = tmp_path / "far.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "here"
    book.save(path)
    with zipfile.ZipFile(path) as held:
        parts = {name: held.read(name) for name in held.namelist()}
    far = b'<row r="1000000000000"><c r="A1000000000000"><v>2</v></c></row></sheetData>'
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"</sheetData>", far)
    with zipfile.ZipFile(path, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    assert "here" in read_pages(path).texts[0]
