from __future__ import annotations

import numpy as np
import pytest

from forename.genetics.gene_dropping import HEMIZYGOUS, drop_genes
from forename.genetics.markers import Chromosome, Marker
from forename.genetics.mutation import mutation_matrix, parse_mutation
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.profiles import Sex

FREQUENCIES = np.array([0.1, 0.2, 0.7])
TRIO = [
    Person("FA", sex=Sex.MALE),
    Person("MO", sex=Sex.FEMALE),
    Person("CH", "FA", "MO", Sex.FEMALE),
]


def _markers(count: int, mutation: str = "", chromosome: Chromosome = Chromosome.AUTOSOMAL):
    matrix = None
    if mutation:
        matrix = mutation_matrix(parse_mutation(mutation), ("1", "2", "3"), FREQUENCIES)
    return [
        Marker(
            f"M{i}",
            ("1", "2", "3"),
            FREQUENCIES,
            chromosome,
            mutation_male=matrix,
            mutation_female=matrix,
        )
        for i in range(count)
    ]


def _within_five_deviations(count: int, trials: int, probability: float) -> bool:
    deviation = np.sqrt(trials * probability * (1 - probability))
    return abs(count - trials * probability) <= 5 * deviation


def test_drop_genes__founders_follow_the_frequencies():
    genes = drop_genes(Pedigree([Person("A")]), _markers(20_000), np.random.default_rng(1))
    alleles = genes.genotypes["A"]
    for allele, frequency in enumerate(FREQUENCIES):
        assert _within_five_deviations(int((alleles == allele).sum()), 40_000, frequency)
    both = int(((alleles[:, 0] == 0) & (alleles[:, 1] == 1)).sum())
    assert _within_five_deviations(both, 20_000, 0.02)


def test_drop_genes__child_takes_one_allele_of_each_parent_without_mutation():
    genes = drop_genes(Pedigree(TRIO), _markers(2_000), np.random.default_rng(2))
    father, mother, child = (genes.genotypes[x] for x in ("FA", "MO", "CH"))
    assert np.all((child[:, [0]] == father).any(axis=1))
    assert np.all((child[:, [1]] == mother).any(axis=1))
    assert genes.mutations == ()
    # Of heterozygous fathers, each allele is handed down half the time.
    mixed = father[:, 0] != father[:, 1]
    first = int((child[mixed, 0] == father[mixed, 0]).sum())
    assert _within_five_deviations(first, int(mixed.sum()), 0.5)


def test_drop_genes__mutations_happen_at_the_stated_rate_and_are_told():
    rng = np.random.default_rng(3)
    genes = drop_genes(Pedigree(TRIO), _markers(10_000, "equal:0.05"), rng)
    assert _within_five_deviations(len(genes.mutations), 20_000, 0.05)
    for event in genes.mutations[:50]:
        row = int(event.marker[1:])
        place = 0 if event.parent == "FA" else 1
        assert event.parent_allele != event.child_allele
        assert int(event.parent_allele) - 1 in genes.genotypes[event.parent][row]
        assert int(event.child_allele) - 1 == genes.genotypes["CH"][row, place]


def test_drop_genes__identical_twins_share_one_genotype():
    persons = [*TRIO, Person("TW", "FA", "MO", Sex.FEMALE, twin_of="CH")]
    genes = drop_genes(Pedigree(persons), _markers(200, "equal:0.1"), np.random.default_rng(4))
    assert np.array_equal(genes.genotypes["CH"], genes.genotypes["TW"])


def test_drop_genes__inbred_founder_is_homozygous_as_the_coefficient_says():
    founder = Pedigree([Person("A", inbreeding=0.25)])
    genes = drop_genes(founder, _markers(20_000), np.random.default_rng(5))
    same = int((genes.genotypes["A"][:, 0] == genes.genotypes["A"][:, 1]).sum())
    assert _within_five_deviations(same, 20_000, 0.25 + 0.75 * (0.01 + 0.04 + 0.49))


def test_drop_genes__x_linked_son_has_only_his_mothers_allele_daughter_the_fathers():
    persons = [*TRIO, Person("SON", "FA", "MO", Sex.MALE)]
    markers = _markers(500, chromosome=Chromosome.X)
    genes = drop_genes(Pedigree(persons), markers, np.random.default_rng(6))
    father, mother = genes.genotypes["FA"], genes.genotypes["MO"]
    assert np.all(father[:, 0] == HEMIZYGOUS)
    assert np.all(genes.genotypes["SON"][:, 0] == HEMIZYGOUS)
    assert np.all((genes.genotypes["SON"][:, [1]] == mother).any(axis=1))
    assert np.array_equal(genes.genotypes["CH"][:, 0], father[:, 1])


@pytest.mark.parametrize("seed", [0, 7])
def test_drop_genes__same_seed_gives_the_same_genes(seed):
    first = drop_genes(Pedigree(TRIO), _markers(50), np.random.default_rng(seed))
    second = drop_genes(Pedigree(TRIO), _markers(50), np.random.default_rng(seed))
    assert all(np.array_equal(first.genotypes[x], second.genotypes[x]) for x in first.genotypes)


def test_drop_genes__cousins_by_descent_share_as_kinship_says():
    # First cousins: kinship 1/16, so one random allele of each is identical with probability
    # 1/16 + 15/16 * sum p**2.
    persons = [
        Person("G1", sex=Sex.MALE),
        Person("G2", sex=Sex.FEMALE),
        Person("A", "G1", "G2", Sex.MALE),
        Person("B", "G1", "G2", Sex.FEMALE),
        Person("AW", sex=Sex.FEMALE),
        Person("BH", sex=Sex.MALE),
        Person("C", "A", "AW"),
        Person("D", "BH", "B"),
    ]
    genes = drop_genes(Pedigree(persons), _markers(20_000), np.random.default_rng(8))
    chosen = np.random.default_rng(9).integers(2, size=(2, 20_000))
    rows = np.arange(20_000)
    same = genes.genotypes["C"][rows, chosen[0]] == genes.genotypes["D"][rows, chosen[1]]
    assert _within_five_deviations(int(same.sum()), 20_000, 1 / 16 + 15 / 16 * 0.54)
