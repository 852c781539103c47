import io
import zipfile

import pytest

from nbcredit.domain.attachments import AttachmentKind, AttachmentRefused, kind_of

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def packed(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def document(**others: bytes) -> bytes:
    return packed(**{"word__document.xml": b"<w:document/>", **others})


@pytest.mark.fault("F31")
@pytest.mark.requirement("A5.2")
class TestKindOf:
    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (PDF, AttachmentKind.PDF),
            (b"\x89PNG\r\n\x1a\n" + bytes(20), AttachmentKind.PICTURE),
            (b"\xff\xd8\xff\xe0" + bytes(20), AttachmentKind.PICTURE),
            (document(), AttachmentKind.WORD),
            (packed(**{"xl__workbook.xml": b"<workbook/>"}), AttachmentKind.WORKBOOK),
            (packed(**{"OFD.xml": b"<ofd/>"}), AttachmentKind.OFD),
            ("情况说明\n".encode(), AttachmentKind.TEXT),
            ("情况说明\n".encode("gb18030"), AttachmentKind.TEXT),
        ],
    )
    def test_is_told_by_the_content(self, content: bytes, kind: AttachmentKind) -> None:
        assert kind_of(content) is kind

    @pytest.mark.fault("F46")
    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "空"),
            (b" \n", "空"),
            (b"MZ\x90\0", "程序"),
            (b"\x7fELF\x02", "程序"),
            (b"#!/bin/sh\n", "程序"),
            (EICAR, "程序"),
            (OLE, "旧版 Office"),
            (PDF + b"<< /S /JavaScript /JS (app.alert(1)) >>", "脚本"),
            (PDF + b"<< /S /Launch >>", "脚本"),
            (document(**{"word__vbaProject.bin": b"x"}), "宏"),
            (document(**{"word__embeddings__oleObject1.bin": b"x"}), "嵌有对象"),
            (document(**{"word__media__image1.png": b"MZ\x90\0"}), "嵌有程序"),
            (document(**{"word__media__image1.png": packed(a=b"x")}), "嵌有程序"),
            (packed(**{"a.txt": b"x"}), "压缩包"),
            (document()[:-30], "损坏"),
            (b"PK\x03\x04 and no more", "损坏"),
            (b"\n <HTML><script>alert(1)</script>", "网页"),
            (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "网页"),
            (bytes(range(256)), "看不出"),
            (b"\xff\xff text", "看不出"),
        ],
    )
    def test_refuses_what_could_be_run_and_what_cannot_be_told(
        self, content: bytes, reason: str
    ) -> None:
        with pytest.raises(AttachmentRefused, match=f"{reason}.*请改为 PDF"):
            kind_of(content)

    @pytest.mark.fault("F32")
    def test_refuses_more_than_it_would_unpack(self) -> None:
        bomb = document(**{f"word__media__{n}.bin": bytes(30_000_000) for n in range(11)})

        with pytest.raises(AttachmentRefused, match="解压后过大"):
            kind_of(bomb)
