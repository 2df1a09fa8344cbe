"""What a file is, by its first bytes; what is not taken is refused by name."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import BinaryIO

from restoration.errors import UnreadableFile, UnsupportedFile
from restoration.pages.page import FileFormat

TAKEN = "PNG, JPEG, WebP, BMP, TIFF or PDF"

_EXTENSIONS: dict[FileFormat, tuple[str, ...]] = {
    FileFormat.PNG: (".png",),
    FileFormat.JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    FileFormat.WEBP: (".webp",),
    FileFormat.BMP: (".bmp", ".dib"),
    FileFormat.TIFF: (".tif", ".tiff", ".btf", ".tf8"),
    FileFormat.PDF: (".pdf",),
}

# First bytes, name, and what the person can do instead.
_REFUSED: tuple[tuple[bytes, str, str], ...] = (
    (b"GIF87a", "a GIF", "Save the page as PNG"),
    (b"GIF89a", "a GIF", "Save the page as PNG"),
    (b"PK\x03\x04", "a zip archive (or an Office document)", "Unpack it and choose the pages"),
    (b"PK\x05\x06", "an empty zip archive", "Choose the pages themselves"),
    (b"\x1f\x8b", "a gzip archive", "Unpack it and choose the pages"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it and choose the pages"),
    (b"Rar!", "a RAR archive", "Unpack it and choose the pages"),
    (b"%!PS", "PostScript or EPS", "Save it as PDF"),
    (b"\xc5\xd0\xd3\xc6", "EPS", "Save it as PDF"),
    (b"\xff\x0a", "JPEG XL", "Save it as PNG"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL", "Save it as PNG"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000", "Save it as PNG or TIFF"),
    (b"\xff\x4f\xff\x51", "JPEG 2000", "Save it as PNG or TIFF"),
    (b"8BPS", "a Photoshop document", "Save it as TIFF"),
    (b"AT&TFORM", "DjVu", "Convert it to PDF"),
    (b"v/1\x01", "OpenEXR", "Save it as a float TIFF"),
    (b"\x00\x00\x01\x00", "an icon", "Save it as PNG"),
    (b"qoif", "QOI", "Save it as PNG"),
    (b"SIMPLE  =", "FITS", "Save it as a float TIFF"),
)

_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


def sniff(path: Path) -> FileFormat:
    """The format of the file at `path`, whatever its name says.

    Raises `UnreadableFile` for a missing or empty file, a folder or an address, and
    `UnsupportedFile`, with the name of what was found, for everything that is not taken.
    """
    require_file(path)
    try:
        with path.open("rb") as file:
            head = file.read(4096)
            found = _taken(head)
            if found is FileFormat.PNG and _is_animated_png(file):
                raise _refusal("an animated PNG", "Save one frame as PNG")
    except OSError as error:
        raise UnreadableFile("The file cannot be read", actual=error.strerror) from error
    if found is None:
        raise _named_refusal(head)
    if found is FileFormat.WEBP and head[12:16] == b"VP8X" and len(head) > 20 and head[20] & 0x02:
        raise _refusal("an animated WebP", "Save one frame as PNG")
    return found


def format_of_name(path: Path) -> FileFormat | None:
    """The format that a file name's ending stands for, or None for another ending."""
    suffix = path.suffix.lower()
    return next((each for each, endings in _EXTENSIONS.items() if suffix in endings), None)


def extension_notice(path: Path, format: FileFormat) -> tuple[str, ...]:
    """A sentence for the user where the name and the content do not agree."""
    suffix = path.suffix.lower()
    if suffix in _EXTENSIONS[format] or not suffix:
        return ()
    return (f"The name ends in {suffix}, but the content is {format.value}; it was read as that.",)


def require_file(path: Path) -> None:
    """Raise `UnreadableFile` for an address, a folder, and a file that is missing or empty."""
    if re.match(r"^[A-Za-z][A-Za-z0-9+.-]+:/", str(path)) and not path.exists():
        raise UnreadableFile(
            "An address was given in place of a file",
            actual=str(path)[:80],
            expected=f"a file: {TAKEN}",
            remedy="Download it first; nothing is fetched from the network",
        )
    if path.is_dir():
        raise UnreadableFile("A folder was given in place of a file", actual=path.name)
    try:
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        raise UnreadableFile("The file does not exist", actual=path.name[:80]) from error
    if not path.is_file():
        raise UnreadableFile("This is a device or pipe, not a file", actual=path.name)
    if size == 0:
        raise UnreadableFile("The file is empty", actual="0 bytes", expected=TAKEN)


def _taken(head: bytes) -> FileFormat | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileFormat.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return FileFormat.JPEG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return FileFormat.WEBP
    if head[:2] == b"BM" and len(head) >= 18 and struct.unpack("<I", head[14:18])[0] <= 256:
        return FileFormat.BMP
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return FileFormat.TIFF
    if b"%PDF-" in head[:1024]:
        return FileFormat.PDF
    return None


def _is_animated_png(file: BinaryIO) -> bool:
    """Whether an `acTL` chunk stands before the pixels (APNG 1.0)."""
    position = 8
    for _ in range(1000):
        file.seek(position)
        head = file.read(8)
        if len(head) < 8 or head[4:] in (b"IDAT", b"IEND"):
            return False
        if head[4:] == b"acTL":
            return True
        position += 12 + int(struct.unpack(">I", head[:4])[0])
    return False


def _refusal(name: str, remedy: str) -> UnsupportedFile:
    return UnsupportedFile(
        "This kind of file is not taken", actual=name, expected=TAKEN, remedy=remedy
    )


def _named_refusal(head: bytes) -> UnsupportedFile | UnreadableFile:
    for magic, name, remedy in _REFUSED:
        if head.startswith(magic):
            return _refusal(name, remedy)
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in _HEIF_BRANDS:
            return _refusal("HEIC", "Save it as JPEG or PNG")
        if brand in (b"avif", b"avis"):
            return _refusal("AVIF", "Save it as PNG")
        return _refusal("a video or other MP4-like file", "Save one frame as PNG")
    if head[128:132] == b"DICM":
        return _refusal("DICOM", "Save it as a 16-bit TIFF or PNG")
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(b"<svg") or (text.startswith((b"<?xml", b"<!--")) and b"<svg" in text):
        return _refusal("SVG (a drawing, not a scan)", "Export it as PNG")
    if _is_text(head):
        return _refusal("text", "Choose the scan itself")
    return UnsupportedFile(
        "The file is of an unknown kind",
        actual="first bytes " + head[:8].hex(" "),
        expected=TAKEN,
    )


def _is_text(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The head may end in the middle of a character.
        if error.start < len(head) - 4:
            return False
    return not any(byte < 9 or 13 < byte < 32 for byte in head)
