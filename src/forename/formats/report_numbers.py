"""Numbers as a reader sees them: never rounded up to certainty, never rounded down to nothing."""

from __future__ import annotations

import math

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_MINUS = "−"

# Beyond these log10 odds a probability in double precision is 0 or 1.
ODDS_TOLD = 15.0


def signed(value: float, decimals: int) -> str:
    """Return the value with its sign, such as ``+1.25`` or ``−0.40``; zero has none."""
    if not math.isfinite(value):
        return f"{_MINUS}∞" if value < 0 else "+∞"
    text = f"{abs(value):.{decimals}f}"
    if float(text) == 0:
        return text
    return (_MINUS if value < 0 else "+") + text


def decimal(value: float, decimals: int = 2) -> str:
    """Return the value with a typographic minus, such as ``−0.40``."""
    if not math.isfinite(value):
        return f"{_MINUS}∞" if value < 0 else "∞"
    text = f"{abs(value):.{decimals}f}"
    return _MINUS + text if value < 0 and float(text) != 0 else text


def power_text(log10_value: float) -> str:
    """Return 10 to the given power in words of the page, such as ``1.2 × 10⁸`` or ``320``."""
    if not math.isfinite(log10_value):
        return "0" if log10_value < 0 else "∞"
    if -2 <= log10_value < 4:
        return f"{10**log10_value:,.{max(0, 2 - math.floor(log10_value))}f}".replace(",", " ")
    exponent = math.floor(log10_value)
    mantissa = math.floor(10 ** (log10_value - exponent) * 10 + 1e-9) / 10
    return f"{mantissa:.1f} × 10{str(exponent).translate(_SUPERSCRIPTS)}"


def percent(probability: float) -> str:
    """Return a probability as a percentage with as many digits as tell it from 0 and from 1.

    Near 1 it is cut, not rounded: 0.99996 is ``99.9960 %``, and nothing becomes 100 %. Beyond
    eight nines it says no more: what is left is less than any laboratory's own error.
    """
    missing = 1 - probability
    if missing <= 1e-8:
        return "> 99.999999 %"
    if probability >= 0.99:
        # The factor absorbs the rounding error of 1 - p: 0.9999 has one digit less than 0.99991.
        places = min(8, max(1, -math.floor(math.log10(missing * (1 + 1e-9))) - 1))
        cut = math.floor(probability * 100 * 10**places + 1e-6) / 10**places
        return f"{cut:.{places}f} %"
    if probability <= 0:
        return "0 %"
    if probability < 1e-4:
        return f"{power_text(math.log10(probability) + 2)} %"
    places = max(0, 1 - math.floor(math.log10(probability * 100)))
    return f"{probability * 100:.{places}f} %"


def short_percent(probability: float) -> str:
    """Return a percentage that fits in a cell of a matrix."""
    if 0 < probability < 0.001:
        return "<0.1"
    if probability < 0.1:
        return f"{probability * 100:.1f}"
    if probability < 0.995:
        return f"{probability * 100:.0f}"
    return f"{math.floor(probability * 10000) / 100:.2f}"


def odds_text(log10_odds: float) -> str:
    """Return a log10 odds, or a change of it, with its sign."""
    return signed(log10_odds, 2)


def log10_odds(probability: float) -> float:
    """Return log10(p / (1 - p)), held within `ODDS_TOLD` where double precision ends."""
    if probability <= 1e-15:
        return -ODDS_TOLD
    if probability >= 1 - 1e-15:
        return ODDS_TOLD
    return math.log10(probability / (1 - probability))
