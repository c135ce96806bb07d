"""Where each member of a pedigree stands in a drawing.

Generations are rows; partners stand side by side, children under their parents. Every couple is
laid out once, under the partner who has parents in the pedigree, and the trees are joined end to
end: where the end of one tree and the beginning of the next are the same person, they become one
symbol. A person whom no order brings together (marriage loops, three partners) is drawn twice,
and the copies are linked. The order is searched by small moves, in a fixed sequence: the same
pedigree always gives the same drawing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations, product

from forename.genetics.pedigrees import Pedigree
from forename.genetics.profiles import Sex

_TRIALS = 250
_ROUNDS = 14


@dataclass(frozen=True, slots=True)
class Place:
    """One symbol: whose, in which row from the top, at which ``x`` in units of one symbol step.

    ``copy`` counts the symbols of one person, 0 for the first.
    """

    person: str
    row: int
    x: float
    copy: int


@dataclass(frozen=True, slots=True)
class Couple:
    """Two partners and their children, as positions in `Layout.places`."""

    father: int
    mother: int
    children: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """All symbols and couples of a pedigree; ``links`` join the copies of one person."""

    places: tuple[Place, ...]
    couples: tuple[Couple, ...]
    links: tuple[tuple[int, int], ...]
    rows: int
    width: float


def lay_out(pedigree: Pedigree) -> Layout:
    """Return positions for every member, each at least one step from its neighbours in the row."""
    plan = _Plan(pedigree)
    order = plan.first_order()
    forest = plan.grow(order)
    best = forest.cost()
    trials = 0
    improved = best > 0
    while improved and trials < _TRIALS:
        improved = False
        for changed in plan.moves(order):
            trials += 1
            candidate = plan.grow(changed)
            cost = candidate.cost()
            if cost < best:
                order, forest, best, improved = changed, candidate, cost, best > cost > 0
                break
            if trials >= _TRIALS:
                break
    return forest.settle()


class _Symbol:
    """A symbol while trees are joined; ``same`` leads to the symbol it was merged with."""

    __slots__ = ("person", "row", "same", "x")

    def __init__(self, person: str, row: int) -> None:
        self.person = person
        self.row = row
        self.same: _Symbol | None = None
        self.x = 0.0

    def final(self) -> _Symbol:
        symbol = self
        while symbol.same is not None:
            symbol = symbol.same
        return symbol


_Rows = dict[int, list[_Symbol]]


@dataclass(frozen=True, slots=True)
class _Order:
    """What the search may change: sequence of trees, of children, and of partners."""

    roots: tuple[str, ...]
    children: dict[tuple[str, str], tuple[str, ...]]
    partners: dict[str, tuple[str, ...]]
    first: frozenset[str]  # persons whose only partner stands to the left of them


class _Plan:
    """What stays fixed while orders are tried: rows, and who owns which couple."""

    def __init__(self, pedigree: Pedigree) -> None:
        self.pedigree = pedigree
        self.row = generations(pedigree)
        children: dict[tuple[str, str], list[str]] = {}
        for i in pedigree.order:
            person = pedigree[i]
            if person.father is not None and person.mother is not None:
                children.setdefault((person.father, person.mother), []).append(i)
        for siblings in children.values():
            twins = {
                pedigree[i].twin_of or i: place for place, i in reversed([*enumerate(siblings)])
            }
            siblings.sort(key=lambda i: twins[pedigree[i].twin_of or i])
        self.children = {couple: tuple(siblings) for couple, siblings in children.items()}
        count: dict[str, int] = defaultdict(int)
        for father, mother in self.children:
            count[father] += 1
            count[mother] += 1
        self.owned: dict[str, list[str]] = defaultdict(list)
        for father, mother in self.children:
            rank = [(not pedigree.is_founder(i), count[i]) for i in (father, mother)]
            owner, partner = (father, mother) if rank[0] >= rank[1] else (mother, father)
            self.owned[owner].append(partner)
        self.couple_of = {
            (owner, partner): (owner, partner) if (owner, partner) in children else (partner, owner)
            for owner, partners in self.owned.items()
            for partner in partners
        }
        partners = {i for owned in self.owned.values() for i in owned}
        self.roots = tuple(
            i
            for i in pedigree.order
            if pedigree.is_founder(i) and (i in self.owned or i not in partners)
        )

    def first_order(self) -> _Order:
        """Return the order to start from: men to the left of their only partner.

        Siblings stand as listed, except that a man whose partner has parents in the pedigree
        stands last and such a woman first: there their families meet.
        """
        meets: dict[str, int] = defaultdict(int)
        for father, mother in self.children:
            if not self.pedigree.is_founder(father) and not self.pedigree.is_founder(mother):
                meets[father], meets[mother] = 1, -1
        children = {
            couple: tuple(sorted(siblings, key=lambda i: meets[i]))
            for couple, siblings in self.children.items()
        }
        return _Order(
            self.roots,
            children,
            {owner: tuple(partners) for owner, partners in self.owned.items()},
            frozenset(i for i in self.owned if self.pedigree[i].sex == Sex.FEMALE),
        )

    def moves(self, order: _Order) -> Iterator[_Order]:
        """Yield the orders one small step away, in a fixed sequence."""
        if len(order.roots) <= 4:
            for roots in permutations(order.roots):
                yield _replace(order, roots=roots)
        else:
            for root, place in product(order.roots, range(len(order.roots))):
                rest = [i for i in order.roots if i != root]
                yield _replace(order, roots=(*rest[:place], root, *rest[place:]))
        for couple, siblings in order.children.items():
            for child in siblings if len(siblings) > 1 else ():
                rest = [i for i in siblings if i != child]
                for changed in ((child, *rest), (*rest, child)):
                    if changed != siblings:
                        yield _replace(order, children={**order.children, couple: changed})
        for owner, partners in order.partners.items():
            if len(partners) == 1:
                yield _replace(order, first=order.first ^ {owner})
            for shift in range(1, len(partners)):
                turned = (*partners[shift:], *partners[:shift])
                yield _replace(order, partners={**order.partners, owner: turned})

    def grow(self, order: _Order) -> _Forest:
        """Return all trees of an order, joined from left to right."""
        forest = _Forest(self, order)
        for root in order.roots:
            forest.add(root)
        return forest


def _replace(
    order: _Order,
    roots: tuple[str, ...] | None = None,
    children: dict[tuple[str, str], tuple[str, ...]] | None = None,
    partners: dict[str, tuple[str, ...]] | None = None,
    first: frozenset[str] | None = None,
) -> _Order:
    return _Order(
        order.roots if roots is None else roots,
        order.children if children is None else children,
        order.partners if partners is None else partners,
        order.first if first is None else first,
    )


class _Forest:
    """The symbols of one order, row by row."""

    def __init__(self, plan: _Plan, order: _Order) -> None:
        self.plan = plan
        self.order = order
        self.rows: _Rows = {}
        self.couples: list[tuple[_Symbol, _Symbol, list[_Symbol]]] = []

    def add(self, root: str) -> None:
        _join(self.rows, self._tree(root)[0])

    def _tree(self, person: str) -> tuple[_Rows, _Symbol]:
        row = self.plan.row[person]
        symbol = _Symbol(person, row)
        partners = self.order.partners.get(person, ())
        if not partners:
            return {row: [symbol]}, symbol
        rows: _Rows = {}
        for start in range(0, len(partners), 2):
            pair = partners[start : start + 2]
            own = symbol if start == 0 else _Symbol(person, row)
            beside = [_Symbol(partner, row) for partner in pair]
            line = [beside[0], own, *beside[1:]]
            if len(pair) == 1 and person not in self.order.first:
                line = [own, beside[0]]
            tree: _Rows = {row: line}
            for partner, mate in zip(pair, beside, strict=True):
                couple = self.plan.couple_of[person, partner]
                ends = (own, mate) if couple[0] == person else (mate, own)
                below = []
                for child in self.order.children[couple]:
                    grown, child_symbol = self._tree(child)
                    _join(tree, grown)
                    below.append(child_symbol)
                self.couples.append((*ends, below))
            _join(rows, tree)
        return rows, symbol

    def cost(self) -> int:
        """Return how far the copies of persons lie apart; 0 when everyone is drawn once."""
        total = 0
        seen: dict[str, tuple[int, int]] = {}
        for row in sorted(self.rows):
            for place, symbol in enumerate(self.rows[row]):
                if symbol.person in seen:
                    at_row, at = seen[symbol.person]
                    total += 10 + (place - at if at_row == row else 40)
                seen[symbol.person] = (row, place)
        return total

    def settle(self) -> Layout:
        """Return the layout: positions that put parents over children, found by turns."""
        couples = [
            (father.final(), mother.final(), [child.final() for child in below])
            for father, mother, below in self.couples
        ]
        for line in self.rows.values():
            for place, symbol in enumerate(line):
                symbol.x = float(place)
        for turn in range(_ROUNDS):
            for row in sorted(self.rows, reverse=turn % 2 == 0):
                wishes: dict[_Symbol, list[float]] = defaultdict(list)
                for father, mother, below in couples:
                    over = (father.x + mother.x) / 2
                    under = (below[0].x + below[-1].x) / 2
                    if turn % 2 == 0:
                        for parent in (father, mother):
                            wishes[parent].append(under - over)
                    else:
                        for child in below:
                            wishes[child].append(over - under)
                self._adjust(self.rows[row], wishes, couples)
        return self._layout(couples)

    @staticmethod
    def _adjust(
        line: list[_Symbol],
        wishes: dict[_Symbol, list[float]],
        couples: Sequence[tuple[_Symbol, _Symbol, list[_Symbol]]],
    ) -> None:
        shift = {i: sum(wishes[i]) / len(wishes[i]) for i in line if i in wishes}
        for father, mother, _ in couples:
            for one, other in ((father, mother), (mother, father)):
                if one in shift and other not in shift:
                    shift[other] = shift[one]
        goals = [symbol.x + shift.get(symbol, 0.0) for symbol in line]
        weights = [1.0 if symbol in shift else 0.02 for symbol in line]
        for symbol, x in zip(line, spread(goals, weights), strict=True):
            symbol.x = x

    def _layout(self, couples: Sequence[tuple[_Symbol, _Symbol, list[_Symbol]]]) -> Layout:
        low = min(line[0].x for line in self.rows.values())
        high = max(line[-1].x for line in self.rows.values())
        top = min(self.rows)
        places: list[Place] = []
        index: dict[_Symbol, int] = {}
        copies: dict[str, list[int]] = defaultdict(list)
        for row in sorted(self.rows):
            for symbol in self.rows[row]:
                index[symbol] = len(places)
                known = copies[symbol.person]
                places.append(Place(symbol.person, row - top, symbol.x - low, len(known)))
                known.append(index[symbol])
        return Layout(
            tuple(places),
            tuple(
                Couple(index[father], index[mother], tuple(index[child] for child in below))
                for father, mother, below in couples
            ),
            tuple((one, other) for known in copies.values() for one, other in pairwise(known)),
            max(self.rows) - top + 1,
            high - low,
        )


def _join(left: _Rows, right: _Rows) -> None:
    """Set ``right`` beside ``left``, merging the symbols of one person that meet."""
    for row, line in right.items():
        known = left.setdefault(row, [])
        if known and line and known[-1].person == line[0].person:
            line[0].same = known[-1]
            line = line[1:]
        known.extend(line)


def spread(goals: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return positions at least 1 apart, in order, nearest to ``goals`` by weighted squares.

    The gaps are taken off, the rest is isotonic regression by pooling adjacent violators
    (Barlow, Bartholomew, Bremner and Brunk 1972).
    """
    pools: list[list[float]] = []  # mean, weight, members
    for place, (goal, weight) in enumerate(zip(goals, weights, strict=True)):
        pools.append([goal - place, weight, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            mean, weight, size = pools.pop()
            last = pools[-1]
            total = last[1] + weight
            last[0] = (last[0] * last[1] + mean * weight) / total
            last[1] = total
            last[2] += size
    flat = [mean for mean, _, size in pools for _ in range(int(size))]
    return [mean + place for place, mean in enumerate(flat)]


def generations(pedigree: Pedigree) -> dict[str, int]:
    """Return each member's row: partners and siblings share one wherever descent allows it."""
    root = {i: i for i in pedigree.order}

    def find(i: str) -> str:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    def below() -> dict[str, set[str]]:
        edges: dict[str, set[str]] = defaultdict(set)
        for person in pedigree.persons.values():
            for parent in (person.father, person.mother):
                if parent is not None:
                    edges[find(parent)].add(find(person.id))
        return edges

    def leads(edges: dict[str, set[str]], start: str, goal: str) -> bool:
        waiting, seen = [start], set()
        while waiting:
            current = waiting.pop()
            if current == goal:
                return True
            if current not in seen:
                seen.add(current)
                waiting.extend(edges.get(current, ()))
        return False

    wanted: list[tuple[str, str]] = []
    siblings: dict[tuple[str, str], str] = {}
    for i in pedigree.order:
        person = pedigree[i]
        if person.father is None or person.mother is None:
            continue
        couple = (person.father, person.mother)
        if couple in siblings:
            wanted.append((siblings[couple], i))
        else:
            siblings[couple] = i
            wanted.insert(0, couple)
    for one, other in wanted:
        a, b = find(one), find(other)
        if a != b:
            edges = below()
            if not leads(edges, a, b) and not leads(edges, b, a):
                root[a] = b
    edges = below()
    depth: dict[str, int] = {find(i): 0 for i in pedigree.order}
    sequence = _topological(depth, edges)
    for one in sequence:
        for other in edges.get(one, ()):
            depth[other] = max(depth[other], depth[one] + 1)
    for one in reversed(sequence):
        if edges.get(one):
            depth[one] = min(depth[other] for other in edges[one]) - 1
    return {i: depth[find(i)] for i in pedigree.order}


def _topological(nodes: dict[str, int], edges: dict[str, set[str]]) -> list[str]:
    waits = dict.fromkeys(nodes, 0)
    for targets in edges.values():
        for target in targets:
            waits[target] += 1
    ready = [node for node in nodes if waits[node] == 0]
    sequence = []
    while ready:
        node = ready.pop()
        sequence.append(node)
        for target in sorted(edges.get(node, ())):
            waits[target] -= 1
            if waits[target] == 0:
                ready.append(target)
    return sequence
