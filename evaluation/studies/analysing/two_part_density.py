"""Laplace's approximation of the two-part model's density, differentiable by autograd."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

PRIOR = 10.0
"""Standard deviation of the normal prior on coefficients."""
NEWTON_STEPS = 60


@dataclass(frozen=True)
class Data:
    """Votes as tensors (float64). Part 0 is severe or not; part 1 the quality of the others."""

    design: tuple[Tensor, Tensor]
    """(votes, predictors) of each part."""
    raters: tuple[Tensor, Tensor]
    """(votes,) numbers of each part."""
    images: tuple[Tensor, Tensor]
    severe: Tensor
    """(votes of part 0,) 0 or 1."""
    quality: Tensor
    """(votes of part 1,) inside (0, 1)."""
    counts: tuple[int, int]
    """Numbers of raters and images."""

    @classmethod
    def of(
        cls,
        design: np.ndarray,
        severe: np.ndarray,
        quality: np.ndarray,
        raters: np.ndarray,
        images: np.ndarray,
    ) -> Data:
        """From arrays over all votes, and `quality` over those that are not severe."""
        good = torch.as_tensor(~severe)
        all_x, all_r, all_i = map(torch.as_tensor, (design, raters, images))
        return cls(
            (all_x, all_x[good]),
            (all_r, all_r[good]),
            (all_i, all_i[good]),
            torch.as_tensor(severe).double(),
            torch.as_tensor(quality),
            (int(raters.max()) + 1, int(images.max()) + 1),
        )

    @property
    def votes(self) -> int:
        """In all."""
        return len(self.severe)

    @property
    def predictors(self) -> int:
        """Of each part."""
        return self.design[0].shape[1]


@dataclass(frozen=True)
class Block:
    """Random intercepts of one factor: two correlated normal numbers a level."""

    sd: Tensor
    """(2,) standard deviation in each part."""
    correlation: Tensor

    @property
    def precision(self) -> tuple[Tensor, Tensor, Tensor]:
        """Entries 00, 01 and 11 of the inverse covariance."""
        rest = 1 - self.correlation**2
        first, second = self.sd
        return (
            1 / (first**2 * rest),
            -self.correlation / (first * second * rest),
            1 / (second**2 * rest),
        )

    @property
    def log_determinant(self) -> Tensor:
        """Of the covariance."""
        return 2 * torch.log(self.sd).sum() + torch.log1p(-(self.correlation**2))


@dataclass(frozen=True)
class Parameters:
    """Everything that is estimated; unbounded in `vector`."""

    vector: Tensor
    coefficients: tuple[Tensor, Tensor]
    phi: Tensor
    rater: Block
    image: Block

    @classmethod
    def of(cls, vector: Tensor, data: Data) -> Parameters:
        """From the unbounded vector: coefficients, log phi, then log sd and atanh correlation."""
        p = data.predictors
        tail = vector[2 * p + 1 :]
        return cls(
            vector,
            (vector[:p], vector[p : 2 * p]),
            torch.exp(vector[2 * p]),
            Block(torch.exp(tail[0:2]), torch.tanh(tail[2])),
            Block(torch.exp(tail[3:5]), torch.tanh(tail[5])),
        )

    @classmethod
    def start(cls, data: Data) -> Parameters:
        """No effects, the overall rates, moderate spreads."""
        p = data.predictors
        vector = torch.zeros(2 * p + 7, dtype=torch.float64)
        rate = float(data.severe.mean().clamp(0.01, 0.99))
        mean = float(data.quality.mean())
        vector[0], vector[p] = math.log(rate / (1 - rate)), math.log(mean / (1 - mean))
        vector[2 * p] = math.log(5.0)
        vector[2 * p + 1 :] = torch.tensor([-0.7, -0.7, 0.0, -0.7, -0.7, 0.0])
        return cls.of(vector, data)

    @property
    def log_prior(self) -> Tensor:
        """Normal on coefficients, half-Cauchy(1) on deviations, flat on correlations and log phi.

        With the Jacobians of the unbounded scale, so that the mode keeps off the boundary.
        """
        value = -(torch.cat(self.coefficients) ** 2).sum() / (2 * PRIOR**2)
        for block in (self.rater, self.image):
            value = value + (torch.log(block.sd) - torch.log1p(block.sd**2)).sum()
            value = value + torch.log1p(-(block.correlation**2))
        return value


def laplace(parameters: Parameters, data: Data, start: Tensor | None) -> tuple[Tensor, Tensor]:
    """Log marginal density with log prior, and the mode of the intercepts to start from next.

    The intercepts are (raters + images, 2). At their mode one more Newton step is taken with the
    graph attached: its derivative is that of the mode (implicit function theorem), so that
    autograd differentiates the log determinant exactly.
    """
    with torch.no_grad():
        mode = _mode(parameters, data, start)
        solve = _Curvature(parameters, data, mode).solve
    slope = _slope(parameters, data, mode)
    attached = mode + solve(slope.detach()) + _linear(solve, slope)
    curvature = _Curvature(parameters, data, attached)
    value = _joint(parameters, data, attached) - curvature.log_determinant / 2
    return value + parameters.log_prior, mode


def _linear(solve: object, slope: Tensor) -> Tensor:
    """`solve(slope)` less its value: zero, with the right derivative."""
    return _Solve.apply(slope, solve) - _Solve.apply(slope.detach(), solve)


class _Solve(torch.autograd.Function):
    """A symmetric linear solve whose matrix is held fixed."""

    @staticmethod
    def forward(context: object, right: Tensor, solve: object) -> Tensor:
        context.solve = solve  # type: ignore[attr-defined]
        return solve(right)  # type: ignore[operator]

    @staticmethod
    def backward(context: object, gradient: Tensor) -> tuple[Tensor, None]:
        return context.solve(gradient), None  # type: ignore[attr-defined]


def _mode(parameters: Parameters, data: Data, start: Tensor | None) -> Tensor:
    """Newton's method with halved steps where a full one would go down."""
    mode = torch.zeros(sum(data.counts), 2, dtype=torch.float64) if start is None else start
    value = _joint(parameters, data, mode)
    for _ in range(NEWTON_STEPS):
        step = _Curvature(parameters, data, mode).solve(_slope(parameters, data, mode))
        size = 1.0
        while size > 1e-4:
            moved = _joint(parameters, data, mode + size * step)
            if moved >= value - 1e-10:
                break
            size /= 2
        mode, value = mode + size * step, moved
        if float(step.abs().max()) < 1e-9:
            break
    return mode


def _linear_predictor(parameters: Parameters, data: Data, intercepts: Tensor, part: int) -> Tensor:
    raters = data.counts[0]
    return (
        data.design[part] @ parameters.coefficients[part]
        + intercepts[data.raters[part], part]
        + intercepts[raters + data.images[part], part]
    )


def _joint(parameters: Parameters, data: Data, intercepts: Tensor) -> Tensor:
    """Log density of votes and intercepts, without the 2 pi that Laplace cancels."""
    eta = _linear_predictor(parameters, data, intercepts, 0)
    value = (data.severe * eta + logsigmoid(-eta)).sum()
    a, b = _shapes(parameters, _linear_predictor(parameters, data, intercepts, 1))
    value = (
        value
        + (
            torch.lgamma(a + b)
            - torch.lgamma(a)
            - torch.lgamma(b)
            + (a - 1) * torch.log(data.quality)
            + (b - 1) * torch.log1p(-data.quality)
        ).sum()
    )
    raters = data.counts[0]
    for block, own in (
        (parameters.rater, intercepts[:raters]),
        (parameters.image, intercepts[raters:]),
    ):
        p00, p01, p11 = block.precision
        first, second = own[:, 0], own[:, 1]
        value = value - (p00 * first**2 + 2 * p01 * first * second + p11 * second**2).sum() / 2
        value = value - len(own) * block.log_determinant / 2
    return value


def _shapes(parameters: Parameters, eta: Tensor) -> tuple[Tensor, Tensor]:
    mean = torch.sigmoid(eta).clamp(1e-9, 1 - 1e-9)
    return mean * parameters.phi, (1 - mean) * parameters.phi


class _Bend(Enum):
    """Which curvature: that of the votes at hand, or what such votes have on average."""

    OBSERVED = "observed"
    EXPECTED = "expected"
    """Fisher's information: never negative, where single votes of the beta part may be."""


def _first_and_second(
    parameters: Parameters, data: Data, intercepts: Tensor, part: int, kind: _Bend = _Bend.OBSERVED
) -> tuple[Tensor, Tensor]:
    """Slope and minus curvature of each vote's log density in its linear predictor."""
    eta = _linear_predictor(parameters, data, intercepts, part)
    mean = torch.sigmoid(eta)
    bend = mean * (1 - mean)
    if part == 0:
        return data.severe - mean, bend
    a, b = _shapes(parameters, eta)
    seen = torch.log(data.quality) - torch.log1p(-data.quality)
    off = parameters.phi * (seen - torch.digamma(a) + torch.digamma(b))
    spread = torch.polygamma(1, a) + torch.polygamma(1, b)
    information = parameters.phi**2 * spread * bend**2
    if kind is _Bend.EXPECTED:
        return off * bend, information
    return off * bend, information - off * bend * (1 - 2 * mean)


def _slope(parameters: Parameters, data: Data, intercepts: Tensor) -> Tensor:
    """(raters + images, 2) gradient of the joint density in the intercepts."""
    raters, images = data.counts
    columns = []
    for part in (0, 1):
        first, _ = _first_and_second(parameters, data, intercepts, part)
        zeros = torch.zeros(raters + images, dtype=torch.float64)
        columns.append(
            zeros.index_add(0, data.raters[part], first).index_add(
                0, raters + data.images[part], first
            )
        )
    slope = torch.stack(columns, dim=1)
    return slope - torch.cat(
        [
            _pulled(parameters.rater, intercepts[:raters]),
            _pulled(parameters.image, intercepts[raters:]),
        ]
    )


def _pulled(block: Block, own: Tensor) -> Tensor:
    p00, p01, p11 = block.precision
    return torch.stack(
        [p00 * own[:, 0] + p01 * own[:, 1], p01 * own[:, 0] + p11 * own[:, 1]], dim=1
    )


class _Curvature:
    """Minus the Hessian in the intercepts, with the images' 2 x 2 blocks eliminated.

    Away from a mode it need not be positive definite; the expected information, which is, then
    stands in for it: Newton's step becomes one of Fisher scoring.
    """

    def __init__(self, parameters: Parameters, data: Data, intercepts: Tensor) -> None:
        self._raters = data.counts[0]
        if not self._eliminate(parameters, data, intercepts, _Bend.OBSERVED):
            self._eliminate(parameters, data, intercepts, _Bend.EXPECTED)

    def _eliminate(
        self, parameters: Parameters, data: Data, intercepts: Tensor, kind: _Bend
    ) -> bool:
        """Factor the curvature of one kind; False where it is not positive definite."""
        raters, images = data.counts
        cross, of_raters, of_images = [], [], []
        for part in (0, 1):
            _, second = _first_and_second(parameters, data, intercepts, part, kind)
            cells = data.raters[part] * images + data.images[part]
            table = torch.zeros(raters * images, dtype=torch.float64).index_add(0, cells, second)
            table = table.reshape(raters, images)
            cross.append(table)
            of_raters.append(table.sum(dim=1))
            of_images.append(table.sum(dim=0))
        self._cross = cross
        p00, p01, p11 = parameters.image.precision
        d00, d11 = of_images[0] + p00, of_images[1] + p11
        determinant = d00 * d11 - p01**2
        self._inverse = (d11 / determinant, -p01 / determinant, d00 / determinant)
        r00, r01, r11 = parameters.rater.precision
        i00, i01, i11 = self._inverse
        eye = torch.eye(raters, dtype=torch.float64)
        top = torch.diag(of_raters[0] + r00) - (cross[0] * i00) @ cross[0].T
        side = r01 * eye - (cross[0] * i01) @ cross[1].T
        bottom = torch.diag(of_raters[1] + r11) - (cross[1] * i11) @ cross[1].T
        schur = torch.cat([torch.cat([top, side], 1), torch.cat([side.T, bottom], 1)])
        self._factor, failed = torch.linalg.cholesky_ex(schur)
        self.log_determinant = (
            torch.log(determinant).sum() + 2 * torch.log(torch.diagonal(self._factor)).sum()
        )
        return not failed and bool((determinant > 0).all() and (d00 > 0).all())

    def solve(self, right: Tensor) -> Tensor:
        """(raters + images, 2) solution of curvature x solution = right."""
        i00, i01, i11 = self._inverse
        own, images = right[: self._raters], right[self._raters :]
        first = i00 * images[:, 0] + i01 * images[:, 1]
        second = i01 * images[:, 0] + i11 * images[:, 1]
        reduced = torch.cat(
            [own[:, 0] - self._cross[0] @ first, own[:, 1] - self._cross[1] @ second]
        )
        solved = torch.cholesky_solve(reduced[:, None], self._factor)[:, 0]
        raters = torch.stack([solved[: self._raters], solved[self._raters :]], dim=1)
        left0 = images[:, 0] - self._cross[0].T @ raters[:, 0]
        left1 = images[:, 1] - self._cross[1].T @ raters[:, 1]
        back = torch.stack([i00 * left0 + i01 * left1, i01 * left0 + i11 * left1], dim=1)
        return torch.cat([raters, back])
