"""Reading JPEG, by its segments (ITU-T T.81, JFIF 1.02, Adobe TN 5116)."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from restoration.errors import UnreadableFile, UnsupportedFile
from restoration.pages import exif
from restoration.pages.colour import cmyk_notice, cmyk_to_rgb, profile_channels
from restoration.pages.document import Header, damaged
from restoration.pages.ifd import Buffer
from restoration.pages.page import FileFormat, Layout, PageInfo, SampleType
from restoration.pages.samples import Stored

CENTIMETRES_PER_INCH = 2.54
_MAX_SEGMENTS = 10_000
_FRAMES = (0xC0, 0xC1, 0xC2, 0xC9, 0xCA)
_OTHER_FRAMES = {0xC3: "lossless", 0xC5: "hierarchical", 0xC6: "hierarchical", 0xC7: "lossless",
                 0xCB: "lossless", 0xCD: "hierarchical", 0xCE: "hierarchical", 0xCF: "lossless",
                 0xF7: "JPEG-LS"}  # fmt: skip
_LAYOUTS = {1: Layout.L, 3: Layout.RGB, 4: Layout.CMYK}

# Where the k-th coefficient of the zigzag scan stands, row by row (T.81, figure 5).
ZIGZAG = (
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
)  # fmt: skip


@dataclass
class _Found:
    """What the segments before the first scan said."""

    frame: tuple[int, int, int, int] | None = None
    """Precision, height, width, components."""
    component_tables: tuple[int, ...] = ()
    density: tuple[int, int, int] | None = None
    """Unit, across, down."""
    exif: bytes | None = None
    icc: dict[int, bytes] = field(default_factory=dict)
    icc_count: int = 0
    adobe: bool = False
    tables: dict[int, tuple[int, ...]] = field(default_factory=dict)
    more_pictures: bool = False
    metadata: set[str] = field(default_factory=set)
    """Kinds that are not carried over."""


def parse(data: Buffer) -> Header:
    """Describe a JPEG from its segments.

    Raises `UnreadableFile` if it is cut short, `UnsupportedFile` for 12-bit, lossless and
    hierarchical JPEG.
    """
    found = _Found()
    for marker, body in _segments(data):
        _take(found, marker, body)
    if found.frame is None:
        raise UnreadableFile("The JPEG has no frame header", remedy="Copy or export it again")
    precision, height, width, components = found.frame
    if precision != 8:
        raise _refused(f"{precision}-bit JPEG")
    if components not in _LAYOUTS or not width or not height:
        raise _refused(f"{width} x {height} with {components} components")
    directory = exif.main_directory(found.exif) if found.exif else None
    icc = _joined(found)
    info = PageInfo(
        format=FileFormat.JPEG,
        index=0,
        width=width,
        height=height,
        layout=_LAYOUTS[components],
        samples=SampleType.UINT8,
        dpi=_dpi(found.density) or exif.resolution(directory),
        icc=None if components == 4 else icc,
        exif=exif.spent(found.exif) if found.exif else None,
        quantisation=_tables(found),
        notices=_notices(found, components, icc),
    )
    details = {"adobe": found.adobe, "cmyk_icc": icc if components == 4 else None}
    return Header(info, exif.orientation(directory), details)


def decode(data: Buffer, header: Header) -> Stored:
    """Decode to (H, W, 1 or 3) uint8; CMYK becomes sRGB. Raises `UnreadableFile`."""
    from PIL import JpegImagePlugin

    try:
        # The plugin itself: the general opener would look for further pictures in the file.
        with JpegImagePlugin.JpegImageFile(io.BytesIO(data[0 : len(data)])) as image:
            pixels = np.asarray(image)
    except Exception as error:
        raise damaged(FileFormat.JPEG, error) from error
    if header.info.layout is not Layout.CMYK:
        return pixels
    # Pillow takes every CMYK JPEG as inverted; only those with Adobe's marker are.
    inks = pixels if header.details["adobe"] else 255 - pixels
    return cmyk_to_rgb(inks, header.details["cmyk_icc"])


def _segments(data: Buffer) -> Iterator[tuple[int, bytes]]:
    """Marker and body of each segment up to the first scan."""
    position = 2
    for _ in range(_MAX_SEGMENTS):
        head = data[position : position + 4]
        if len(head) < 4 or head[0] != 0xFF:
            break
        marker = head[1]
        if marker == 0xFF:
            position += 1
            continue
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            position += 2
            continue
        size = struct.unpack(">H", head[2:4])[0]
        if marker == 0xDA:
            return
        body = data[position + 4 : position + 2 + size]
        if size < 2 or len(body) != size - 2:
            break
        yield marker, bytes(body)
        position += 2 + size
    raise UnreadableFile(
        "The JPEG header is damaged or cut short",
        actual=f"no pixels after {position} of {len(data)} bytes",
        remedy="Copy or export the file again",
    )


def _take(found: _Found, marker: int, body: bytes) -> None:
    if marker in _FRAMES and len(body) >= 6:
        found.frame = struct.unpack(">BHHB", body[:6])
        found.component_tables = tuple(body[8::3])
    elif marker in _OTHER_FRAMES:
        raise _refused(f"{_OTHER_FRAMES[marker]} JPEG")
    elif marker == 0xE0 and body.startswith(b"JFIF\0") and len(body) >= 12:
        found.density = struct.unpack(">BHH", body[7:12])
    elif marker == 0xE1 and body.startswith(b"Exif\0") and found.exif is None:
        found.exif = body[6:]
    elif marker == 0xE1:
        found.metadata.add("XMP")
    elif marker == 0xED:
        found.metadata.add("IPTC or Photoshop")
    elif marker == 0xFE:
        found.metadata.add("comment")
    elif marker == 0xE2 and body.startswith(b"ICC_PROFILE\0") and len(body) > 14:
        found.icc[body[12]] = body[14:]
        found.icc_count = body[13]
    elif marker == 0xE2 and body.startswith(b"MPF\0"):
        found.more_pictures = True
    elif marker == 0xEE and body.startswith(b"Adobe"):
        found.adobe = True
    elif marker == 0xDB:
        found.tables |= _quantisation(body)


def _quantisation(body: bytes) -> dict[int, tuple[int, ...]]:
    """Tables of one DQT segment by their number, in natural order (T.81, B.2.4.1)."""
    tables: dict[int, tuple[int, ...]] = {}
    position = 0
    while position < len(body):
        wide, number = body[position] >> 4, body[position] & 15
        size = 128 if wide else 64
        raw = body[position + 1 : position + 1 + size]
        if len(raw) < size:
            raise UnreadableFile("A JPEG quantisation table is cut short")
        values = struct.unpack(">64H" if wide else "64B", raw)
        natural = [0] * 64
        for k, value in enumerate(values):
            natural[ZIGZAG[k]] = value
        tables[number] = tuple(natural)
        position += 1 + size
    return tables


def _tables(found: _Found) -> tuple[tuple[int, ...], ...]:
    """Tables in the order in which the components name them; luma first."""
    order = dict.fromkeys(found.component_tables)
    return tuple(found.tables[number] for number in order if number in found.tables)


def _dpi(density: tuple[int, int, int] | None) -> tuple[float, float] | None:
    if density is None:
        return None
    unit, across, down = density
    if unit not in (1, 2) or not across or not down:
        return None
    factor = CENTIMETRES_PER_INCH if unit == 2 else 1.0
    return across * factor, down * factor


def _joined(found: _Found) -> bytes | None:
    """The profile from its numbered parts (ICC.1:2022, B.4); None if parts are missing."""
    parts = [found.icc.get(number) for number in range(1, found.icc_count + 1)]
    if not parts or any(part is None for part in parts):
        return None
    icc = b"".join(part for part in parts if part is not None)
    return icc if len(icc) >= 128 else None


def _notices(found: _Found, components: int, icc: bytes | None) -> tuple[str, ...]:
    notices = []
    if components == 4:
        notices.append(cmyk_notice(icc))
    elif icc is not None and profile_channels(icc) != components:
        notices.append("The colour profile is for another number of channels than the page has.")
    if found.more_pictures:
        notices.append("Further pictures inside the JPEG (previews, gain maps) are left out.")
    if found.metadata:
        notices.append(f"Not carried over: {', '.join(sorted(found.metadata))} metadata.")
    return tuple(notices)


def _refused(name: str) -> UnsupportedFile:
    return UnsupportedFile(
        "This kind of JPEG is not taken",
        actual=name,
        expected="8-bit baseline or progressive JPEG, gray, colour or CMYK",
        remedy="Save it as PNG or TIFF",
    )
