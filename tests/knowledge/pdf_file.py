"""PDF files for tests, written by hand: pages of Chinese text in a font that every reader knows, or of one picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

_FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts["
    b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000>>]>>"
)
_PICTURE = b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>\nstream\n\x80\nendstream"
_SHOW_PICTURE = b"q 400 0 0 600 50 100 cm /P Do Q"


def write_pdf(path: Path, pages: Sequence[Sequence[str]]) -> Path:
    """One page for each sequence of lines; a page without lines is a scan: nothing but a picture."""
    objects = [b"", b"", _FONT, _PICTURE]
    leaves = []
    for lines in pages:
        content = _show(lines) if lines else _SHOW_PICTURE
        objects.append(b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content))
        resources = b"<</Font<</F 3 0 R>>>>" if lines else b"<</XObject<</P 4 0 R>>>>"
        objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources%s>>" % (len(objects), resources))
        leaves.append(len(objects))
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(leaves), b" ".join(b"%d 0 R" % leaf for leaf in leaves))
    data = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    path.write_bytes(data)
    return path


def _show(lines: Sequence[str]) -> bytes:
    shown = b"".join(b"<%s> Tj T*\n" % line.encode("utf-16-be").hex().encode() for line in lines)
    return b"BT /F 12 Tf 20 TL 72 770 Td\n%sET" % shown
