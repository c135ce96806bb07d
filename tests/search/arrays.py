"""Profiles as the arrays that a search reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forename.genetics.markers import Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.problem import Settings
from forename.genetics.profiles import Profile
from forename.search.columns import SEXES, Samples


def samples_of(
    profiles: Sequence[Profile], markers: Sequence[Marker], settings: Settings
) -> Samples:
    alleles = np.full((len(profiles), len(markers), 2), -1, np.int16)
    partial = np.zeros(alleles.shape[:2], np.bool_)
    for s, profile in enumerate(profiles):
        for m, marker in enumerate(markers):
            call = profile.calls.get(marker.name)
            if call is not None:
                numbers = sorted(marker.alleles.index(label) for label in call.distinct)
                alleles[s, m] = numbers[0], numbers[-1]
                partial[s, m] = call.partial
    stated = ErrorRates(settings.drop_out, settings.drop_in)
    rates = np.array([(r.drop_out, r.drop_in) for r in map(stated.of, profiles)]).reshape(-1, 2)
    sexes = np.array([SEXES.index(p.sex) for p in profiles], np.int8)
    return Samples(alleles, partial, rates, sexes)
