"""Files made by other hands than ours: Pillow, tifffile, imagecodecs, and bytes put together."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from restoration.pages import Limits


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def exif_block(orientation: int, dpi: tuple[int, int] | None = None) -> bytes:
    """Big-endian EXIF with a maker, the orientation, a lens in the sub-directory, a thumbnail."""
    exif = Image.Exif()
    exif.endian = ">"
    exif[0x010F] = "Maker of Scanners"
    exif[0x0112] = orientation
    if dpi:
        exif[0x011A], exif[0x011B], exif[0x0128] = float(dpi[0]), float(dpi[1]), 2
    exif.get_ifd(0x8769)[0xA434] = "A lens"
    exif.get_ifd(0x8769)[0xA002] = 4000
    exif.get_ifd(0x8769)[0xA003] = 3000
    return exif.tobytes().removeprefix(b"Exif\0\0")


def gray_profile() -> bytes:
    """A minimal gray ICC profile with a gamma of 2.2."""
    tags = {
        b"wtpt": b"XYZ \0\0\0\0" + struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D),
        b"kTRC": b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0",
    }
    return _profile(b"GRAY", b"XYZ ", tags, b"mntr")


def cmyk_profile() -> bytes:
    """A CMYK profile whose black is worth twice as much as the three colours together."""
    corners = []
    for c in (0, 1):
        for m in (0, 1):
            for y in (0, 1):
                for k in (0, 1):
                    light = (1 - 0.5 * k) * (1 - 0.15 * (c + m + y))
                    corners += [round(255 * light), 128, 128]
    ramp = bytes(range(256))
    matrix = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x10000)
    table = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + matrix + ramp * 4 + bytes(corners) + ramp * 3
    tags = {
        b"wtpt": b"XYZ \0\0\0\0" + struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D),
        b"A2B0": table,
        b"A2B1": table,
    }
    return _profile(b"CMYK", b"Lab ", tags, b"prtr")


def _profile(space: bytes, pcs: bytes, tags: dict[bytes, bytes], kind: bytes) -> bytes:
    directory = struct.pack(">I", len(tags))
    body = b""
    start = 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        padded = value + b"\0" * (-len(value) % 4)
        directory += name + struct.pack(">II", start + len(body), len(value))
        body += padded
    size = start + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, kind, space, pcs)
    head = head.ljust(36, b"\0") + b"acsp"
    head = head.ljust(68, b"\0") + struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    return head.ljust(128, b"\0") + directory + body


@dataclass(frozen=True)
class Extras:
    """What a file carries besides pixels."""

    icc: bytes | None = None
    orientation: int = 1
    dpi: tuple[int, int] | None = None


def png(samples: np.ndarray, palette: np.ndarray | None, extras: Extras) -> bytes:
    if palette is not None or samples.dtype == np.bool_:
        data = _by_pillow(samples, palette, "PNG")
    else:
        data = imagecodecs.png_encode(samples)
    more = b""
    if extras.icc:
        more += chunk(b"iCCP", b"icc\0\0" + zlib.compress(extras.icc))
    if extras.dpi:
        more += chunk(b"pHYs", struct.pack(">IIB", *extras.dpi, 1))
    more += chunk(b"eXIf", exif_block(extras.orientation))
    return data[:33] + more + data[33:]


def tiff(samples: np.ndarray, palette: np.ndarray | None, layout: str, extras: Extras) -> bytes:
    file = io.BytesIO()
    photometric = {"P": "palette", "CMYK": "separated"}.get(layout)
    photometric = photometric or ("rgb" if layout.startswith("RGB") else "minisblack")
    resolution = {"resolution": extras.dpi, "resolutionunit": "inch"} if extras.dpi else {}
    tifffile.imwrite(
        file,
        samples,
        photometric=photometric,
        planarconfig="contig" if samples.ndim == 3 else None,
        colormap=palette,
        extrasamples=["unassalpha"] if layout.endswith("A") else None,
        compression=None if samples.dtype == np.bool_ else "lzw",
        iccprofile=extras.icc,
        metadata=None,
        byteorder=">",
        extratags=[
            (274, "H", 1, extras.orientation, True),
            (271, "s", 0, "Maker of Scanners", True),
        ],
        **resolution,
    )
    return file.getvalue()


def jpeg(samples: np.ndarray, layout: str, extras: Extras) -> bytes:
    file = io.BytesIO()
    # Pillow stores inks inverted, as Adobe does.
    image = Image.fromarray(samples, "CMYK" if layout == "CMYK" else None)
    image.save(
        file, "JPEG", quality=95, subsampling=0, icc_profile=extras.icc,
        exif=b"Exif\0\0" + exif_block(extras.orientation), dpi=extras.dpi or (0, 0),
    )  # fmt: skip
    return file.getvalue()


def webp(samples: np.ndarray, extras: Extras) -> bytes:
    file = io.BytesIO()
    Image.fromarray(samples).save(
        file, "WEBP", lossless=True, exact=True, icc_profile=extras.icc or b"",
        exif=exif_block(extras.orientation, extras.dpi),
    )  # fmt: skip
    return file.getvalue()


def bmp(samples: np.ndarray, palette: np.ndarray | None, extras: Extras) -> bytes:
    if samples.ndim == 3 and samples.shape[2] == 4:
        height, width = samples.shape[:2]
        body = np.ascontiguousarray(samples[::-1][..., [2, 1, 0, 3]]).tobytes()
        head = struct.pack("<IiiHHIIiiII", 108, width, height, 1, 32, 3, len(body),
                           *(extras.dpi or (0, 0)), 0, 0)  # fmt: skip
        head += struct.pack("<IIII4s", 0xFF0000, 0xFF00, 0xFF, 0xFF000000, b"BGRs")
        head = head.ljust(108, b"\0")
        return b"BM" + struct.pack("<IHHI", 122 + len(body), 0, 0, 122) + head + body
    data = bytearray(_by_pillow(samples, palette, "BMP"))
    if extras.dpi:
        struct.pack_into("<ii", data, 38, *extras.dpi)
    return bytes(data)


def pdf(
    samples: np.ndarray, palette: np.ndarray | None, layout: str, icc: bytes | None = None,
    points: tuple[float, float] = (144, 108), rotate: int = 0, page_extra: str = "",
) -> bytes:  # fmt: skip
    """One page, one Flate image, put together by hand; an SMask holds alpha."""
    return pdf_of_pages([pdf_image(samples, palette, layout, icc)], points, rotate, page_extra)


def pdf_image(
    samples: np.ndarray, palette: np.ndarray | None, layout: str, icc: bytes | None = None
) -> list[tuple[str, bytes]]:
    """Objects of an image, the image last; `@n` stands for the n-th of them."""
    objects: list[tuple[str, bytes]] = []
    mask = ""
    if layout.endswith("A"):
        objects.append(_pdf_samples(samples[..., -1], "/DeviceGray", ""))
        mask = f"/SMask @{len(objects)}"
        samples = samples[..., :-1]
    space = {"L": "/DeviceGray", "LA": "/DeviceGray", "CMYK": "/DeviceCMYK"}.get(
        layout, "/DeviceRGB"
    )
    if palette is not None:
        space = (
            f"[/Indexed /DeviceRGB {len(palette) - 1} <{palette.astype(np.uint8).tobytes().hex()}>]"
        )
    elif icc is not None:
        channels = {"/DeviceGray": 1, "/DeviceRGB": 3, "/DeviceCMYK": 4}[space]
        objects.append((f"/N {channels}", icc))
        space = f"[/ICCBased @{len(objects)}]"
    objects.append(_pdf_samples(samples, space, mask))
    return objects


def _pdf_samples(samples: np.ndarray, space: str, more: str) -> tuple[str, bytes]:
    height, width = samples.shape[:2]
    if samples.dtype == np.bool_:
        bits, data = 1, np.packbits(samples.reshape(height, -1), axis=1).tobytes()
    else:
        bits = 8 * samples.dtype.itemsize
        data = samples.astype(samples.dtype.newbyteorder(">")).tobytes()
    entries = (
        f"/Type /XObject /Subtype /Image /Width {width} /Height {height} "
        f"/BitsPerComponent {bits} /ColorSpace {space} /Filter /FlateDecode {more}"
    )
    return entries, zlib.compress(data)


def pdf_of_pages(
    pages: list[list[tuple[str, bytes]]], points: tuple[float, float] = (144, 108),
    rotate: int = 0, page_extra: str = "", content: str = "q {w} 0 0 {h} 0 0 cm /I Do Q",
) -> bytes:  # fmt: skip
    out = bytearray(b"%PDF-1.7\n")
    offsets: list[int] = []

    def add(entries: str, stream: bytes | None = None) -> int:
        offsets.append(len(out))
        out.extend(f"{len(offsets)} 0 obj\n".encode())
        if stream is None:
            out.extend(f"<< {entries} >>".encode())
        else:
            out.extend(f"<< {entries} /Length {len(stream)} >>\nstream\n".encode())
            out.extend(stream + b"\nendstream")
        out.extend(b"\nendobj\n")
        return len(offsets)

    add("/Type /Catalog /Pages 2 0 R")
    offsets.append(0)
    kids = []
    for objects in pages:
        numbers: list[int] = []
        for entries, stream in objects:
            for place, number in enumerate(numbers, 1):
                entries = entries.replace(f"@{place}", f"{number} 0 R")
            numbers.append(add(entries, stream))
        draw = content.format(w=points[0], h=points[1]).encode()
        drawn = add("", draw)
        kids.append(
            add(
                f"/Type /Page /Parent 2 0 R /MediaBox [0 0 {points[0]} {points[1]}] "
                f"/Rotate {rotate} /Contents {drawn} 0 R "
                f"/Resources << /XObject << /I {numbers[-1]} 0 R >> "
                f"/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> "
                + page_extra
            )
        )
    offsets[1] = len(out)
    listed = " ".join(f"{kid} 0 R" for kid in kids)
    out.extend(
        f"2 0 obj\n<< /Type /Pages /Kids [{listed}] /Count {len(kids)} >>\nendobj\n".encode()
    )
    start = len(out)
    out.extend(f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n".encode())
    for offset in offsets:
        out.extend(f"{offset:010d} 00000 n \n".encode())
    size = len(offsets) + 1
    out.extend(f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode())
    return bytes(out)


def _by_pillow(samples: np.ndarray, palette: np.ndarray | None, format: str) -> bytes:
    file = io.BytesIO()
    image = Image.fromarray(samples)
    if palette is not None:
        image = Image.fromarray(samples.astype(np.uint8), "P")
        image.putpalette(palette.astype(np.uint8).tobytes())
    image.save(file, format)
    return file.getvalue()


class Builders:
    """The functions above, for tests that cannot import this file."""

    Extras = Extras
    png = staticmethod(png)
    tiff = staticmethod(tiff)
    jpeg = staticmethod(jpeg)
    webp = staticmethod(webp)
    bmp = staticmethod(bmp)
    pdf = staticmethod(pdf)
    pdf_image = staticmethod(pdf_image)
    pdf_of_pages = staticmethod(pdf_of_pages)
    chunk = staticmethod(chunk)
    exif_block = staticmethod(exif_block)
    gray_profile = staticmethod(gray_profile)
    cmyk_profile = staticmethod(cmyk_profile)
    rgb_profile = staticmethod(
        lambda: ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    )


@pytest.fixture(scope="session")
def build() -> type[Builders]:
    return Builders


@pytest.fixture(scope="session")
def limits() -> Limits:
    return Limits(file_bytes=200_000_000, page_megapixels=60, pages=1000, seconds=20)
