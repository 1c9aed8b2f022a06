"""An axis-aligned rectangle of whole pixels."""

from __future__ import annotations

from typing import NamedTuple


class Box(NamedTuple):
    """Rectangle in image coordinates: left `x`, top `y`, `width` and `height`, all in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """First column to the right of the box."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row below the box."""
        return self.y + self.height

    @property
    def area(self) -> int:
        """Pixels inside."""
        return max(self.width, 0) * max(self.height, 0)

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, to index an (H, W) array."""
        return slice(self.y, self.bottom), slice(self.x, self.right)

    @classmethod
    def from_edges(cls, left: int, top: int, right: int, bottom: int) -> Box:
        """Box between two edges a side; `right` and `bottom` stand outside."""
        return cls(int(left), int(top), int(right - left), int(bottom - top))

    def intersection(self, other: Box) -> Box:
        """The common part; its area is 0 where there is none."""
        left, top = max(self.x, other.x), max(self.y, other.y)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Box.from_edges(left, top, max(left, right), max(top, bottom))

    def union(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box.from_edges(
            min(self.x, other.x), min(self.y, other.y), max(self.right, other.right), max(self.bottom, other.bottom)
        )

    def iou(self, other: Box) -> float:
        """Intersection over union, 0..1."""
        common = self.intersection(other).area
        together = self.area + other.area - common
        return common / together if together else 0.0

    def grown(self, by: int, width: int, height: int) -> Box:
        """The box with `by` more pixels on each side, kept inside an image of `width` x `height`."""
        return Box.from_edges(
            max(self.x - by, 0), max(self.y - by, 0), min(self.right + by, width), min(self.bottom + by, height)
        )
