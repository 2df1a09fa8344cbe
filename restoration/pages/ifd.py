"""TIFF image file directories: the skeleton of TIFF files and of EXIF blocks alike.

Sources: TIFF 6.0 section 2; the BigTIFF design; EXIF 2.32 section 4.6.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from restoration.errors import UnreadableFile


class Buffer(Protocol):
    """Bytes that are looked at in place: `bytes` or a memory map."""

    def __len__(self) -> int: ...
    def __getitem__(self, part: slice, /) -> bytes: ...


# Type code -> (struct letter, bytes); the two-part rationals count as one value of 8 bytes.
_TYPES: dict[int, tuple[str, int]] = {
    1: ("B", 1), 2: ("s", 1), 3: ("H", 2), 4: ("I", 4), 5: ("II", 8), 6: ("b", 1), 7: ("B", 1),
    8: ("h", 2), 9: ("i", 4), 10: ("ii", 8), 11: ("f", 4), 12: ("d", 8), 13: ("I", 4),
    16: ("Q", 8), 17: ("q", 8), 18: ("Q", 8),
}  # fmt: skip
_UNIT = {5: 4, 10: 4}
MAX_ENTRIES = 1000
_MAX_COPIED = 8_000_000
SUB_DIRECTORIES = (0x8769, 0x8825, 0xA005)
"""Tags that point to further directories: EXIF, GPS, interoperability."""


@dataclass(frozen=True)
class Header:
    """Byte order and flavour of a TIFF stream."""

    order: str
    """"<" or ">", as `struct` names them."""
    big: bool
    first: int
    """Offset of the first directory."""


@dataclass(frozen=True)
class Entry:
    """One directory entry; its value is read only when asked for."""

    tag: int
    type: int
    count: int
    position: int
    """Where the value stands."""
    field: int
    """Where the entry itself stands."""

    @property
    def size(self) -> int:
        """Bytes of the value."""
        return self.count * _TYPES[self.type][1]


@dataclass(frozen=True)
class Directory:
    """The entries of one directory, by tag."""

    data: Buffer
    header: Header
    entries: dict[int, Entry]
    next: int
    """Offset of the next directory, 0 at the end."""
    next_field: int
    """Where that offset stands."""

    def raw(self, tag: int, most: int = 8_000_000) -> bytes | None:
        """The bytes of a value as stored.

        None if the tag is absent, reaches past the end of the file, or has over `most` bytes.
        """
        entry = self.entries.get(tag)
        if entry is None or entry.size > most or entry.position + entry.size > len(self.data):
            return None
        return bytes(self.data[entry.position : entry.position + entry.size])

    def numbers(self, tag: int) -> tuple[float, ...]:
        """The value as numbers; rationals are divided out; empty if absent or not numeric."""
        raw = self.raw(tag)
        if raw is None or self.entries[tag].type == 2:
            return ()
        letter, _ = _TYPES[self.entries[tag].type]
        count = self.entries[tag].count * len(letter)
        values = struct.unpack(f"{self.header.order}{count}{letter[0]}", raw)
        if len(letter) == 1:
            return values
        pairs = zip(values[::2], values[1::2], strict=True)
        return tuple(top / bottom if bottom else 0.0 for top, bottom in pairs)

    def integer(self, tag: int, default: int) -> int:
        """The first value as an integer."""
        values = self.numbers(tag)
        return int(values[0]) if values else default


def read_header(data: Buffer) -> Header:
    """Read the first bytes of a TIFF stream; raises `UnreadableFile`."""
    head = bytes(data[0:16])
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    try:
        if order is None:
            raise struct.error
        (magic,) = struct.unpack(order + "H", head[2:4])
        if magic == 42:
            return Header(order, False, *struct.unpack(order + "I", head[4:8]))
        if magic == 43:
            return Header(order, True, *struct.unpack(order + "Q", head[8:16]))
        raise struct.error
    except struct.error as error:
        raise UnreadableFile("The TIFF header is damaged", actual=head.hex(" ")) from error


def read_directory(data: Buffer, header: Header, offset: int) -> Directory:
    """Read the directory at `offset`; raises `UnreadableFile` if it is cut short or absurd."""
    order = header.order
    count_format, entry_format, next_format = (
        (order + "Q", order + "HHQ", order + "Q")
        if header.big
        else (order + "H", order + "HHI", order + "I")
    )
    step, inline = (20, 8) if header.big else (12, 4)
    position = offset + struct.calcsize(count_format)
    try:
        (count,) = struct.unpack(count_format, data[offset:position])
        if count > MAX_ENTRIES:
            raise UnreadableFile(
                "A TIFF directory is damaged",
                actual=f"{count} entries",
                expected=f"at most {MAX_ENTRIES}",
            )
        entries: dict[int, Entry] = {}
        for _ in range(count):
            head = position + struct.calcsize(entry_format)
            tag, kind, number = struct.unpack(entry_format, data[position:head])
            if kind in _TYPES:
                where = head
                if number * _TYPES[kind][1] > inline:
                    (where,) = struct.unpack(next_format, data[head : head + inline])
                entries.setdefault(tag, Entry(tag, kind, number, where, position))
            position += step
        (following,) = struct.unpack(
            next_format, data[position : position + struct.calcsize(next_format)]
        )
    except struct.error as error:
        raise UnreadableFile(
            "A TIFF directory is cut short",
            actual=f"an offset of {offset} in {len(data)} bytes",
            remedy="Copy or export the file again",
        ) from error
    return Directory(data, header, entries, following, position)


def directories(data: Buffer, header: Header) -> Iterator[Directory]:
    """Every directory in the main chain, in order; raises `UnreadableFile` at a loop."""
    seen: set[int] = set()
    offset = header.first
    while offset:
        if offset in seen:
            raise UnreadableFile("The TIFF's pages point back to themselves")
        seen.add(offset)
        directory = read_directory(data, header, offset)
        yield directory
        offset = directory.next


@dataclass(frozen=True)
class Field:
    """A directory entry that stands for itself, to be written: little-endian value bytes."""

    tag: int
    type: int
    count: int
    value: bytes
    children: tuple[Field, ...] | None = None
    """For a tag that points to a directory, what stands there."""


def fields(directory: Directory, skip: frozenset[int] = frozenset()) -> tuple[Field, ...]:
    """Copy a directory with its sub-directories; values that reach past the end are left out."""
    return tuple(_fields(directory, skip, 0, _Room(_MAX_COPIED)))


@dataclass
class _Room:
    """Bytes that may still be copied; many entries can point at the same large value."""

    left: int


def _fields(directory: Directory, skip: frozenset[int], depth: int, room: _Room) -> Iterator[Field]:
    for entry in sorted(directory.entries.values(), key=lambda entry: entry.tag):
        raw = None if entry.tag in skip else directory.raw(entry.tag, room.left)
        if raw is None:
            continue
        room.left -= len(raw)
        if entry.tag not in SUB_DIRECTORIES:
            value = _little_endian(raw, entry.type, directory.header.order)
            yield Field(entry.tag, entry.type, entry.count, value)
        elif depth < 2:
            try:
                offset = directory.integer(entry.tag, 0)
                below = read_directory(directory.data, directory.header, offset)
            except UnreadableFile:
                continue
            yield Field(entry.tag, 4, 1, b"", tuple(_fields(below, skip, depth + 1, room)))


def _little_endian(raw: bytes, kind: int, order: str) -> bytes:
    unit = _UNIT.get(kind, _TYPES[kind][1])
    if order == "<" or unit == 1:
        return raw
    return b"".join(raw[i : i + unit][::-1] for i in range(0, len(raw), unit))


def serialise(entries: tuple[Field, ...], base: int) -> bytes:
    """A little-endian classic directory that will stand at offset `base`, values after it."""
    size = 2 + 12 * len(entries) + 4
    head = struct.pack("<H", len(entries))
    tail = b""
    for entry in sorted(entries, key=lambda entry: entry.tag):
        value = entry.value
        if entry.children is not None:
            at = base + size + len(tail)
            tail += serialise(entry.children, at)
            value = struct.pack("<I", at)
        elif len(value) > 4:
            at = base + size + len(tail)
            tail += value + b"\0" * (len(value) % 2)
            value = struct.pack("<I", at)
        head += struct.pack("<HHI", entry.tag, entry.type, entry.count) + value.ljust(4, b"\0")
    return head + struct.pack("<I", 0) + tail


def rational(tag: int, value: float) -> Field:
    """An unsigned rational field nearest to `value`, exact for those that files hold."""
    top, bottom = rational_parts(value)
    return Field(tag, 5, 1, struct.pack("<II", top, bottom))


def rational_parts(value: float) -> tuple[int, int]:
    """Numerator and denominator, each within 32 bits, of the fraction nearest to `value`."""
    fraction = Fraction(value).limit_denominator(100_000)
    return fraction.numerator, fraction.denominator
