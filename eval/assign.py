"""The best one-to-one pairing for given whole-number weights.

This module owns the solving, exact for weights of any size. What a weight means, and which pairs
may be made at all, is the business of ``align``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Pair: TypeAlias = tuple[int, int]

_SMALL = 6  # rows up to which plain Python is as fast as calling SciPy
_EXACT_FLOAT = 2**53


def best_pairs(weights: Mapping[Pair, int]) -> tuple[Pair, ...]:
    """The pairs of rows and columns, each used once, with the greatest total weight.

    ``weights``: (row, column) → a weight above zero; a pair that is absent is never made. The
    result is sorted. Between pairings of one total the choice depends on nothing but ``weights``.
    """
    found: list[Pair] = []
    for rows, columns in _components(weights):
        if len(rows) == 1 or len(columns) == 1:
            candidates = [(row, column) for row in rows for column in columns]
            found.append(max(candidates, key=lambda pair: weights.get(pair, 0)))
            continue
        matrix = [[weights.get((row, column), 0) for column in columns] for row in rows]
        found.extend(
            (rows[row], columns[column]) for row, column in solve(matrix) if matrix[row][column] > 0
        )
    return tuple(sorted(found))


def solve(matrix: Sequence[Sequence[int]]) -> list[Pair]:
    """An assignment of greatest total for a matrix of whole numbers ≥ 0, as many pairs as fit.

    SciPy solves it in double precision where that is provably exact: its shortest-path method only
    adds, subtracts and compares costs, and with n rows and weights ≤ c no number on the way
    exceeds 2 (n + 1)² c. Otherwise, and for small matrices, the same method runs on Python's
    integers.
    """
    if len(matrix) > len(matrix[0]):
        columns = [list(column) for column in zip(*matrix, strict=True)]
        return [(row, column) for column, row in solve(columns)]
    rows = len(matrix)
    if rows <= _SMALL or 2 * (rows + 1) ** 2 * max(map(max, matrix)) >= _EXACT_FLOAT:
        return solve_exactly(matrix)
    from scipy.optimize import linear_sum_assignment

    chosen = linear_sum_assignment(matrix, maximize=True)
    return [(int(row), int(column)) for row, column in zip(*chosen, strict=True)]


def solve_exactly(matrix: Sequence[Sequence[int]]) -> list[Pair]:
    """The Hungarian method by shortest augmenting paths, O(n² m), for n rows ≤ m columns.

    Kuhn (1955), in the form of Jonker and Volgenant (1987) without their initialisation.
    """
    n, m = len(matrix), len(matrix[0])
    row_price, column_price = [0] * (n + 1), [0] * (m + 1)
    owner = [0] * (m + 1)  # the row (from 1) that a column (from 1) is given to; 0 is nobody
    for row in range(1, n + 1):
        owner[0] = row
        column = 0
        slack: list[int | None] = [None] * (m + 1)
        before = [0] * (m + 1)
        visited = [False] * (m + 1)
        while owner[column]:
            visited[column] = True
            here, step, nearest = owner[column], None, 0
            for other in range(1, m + 1):
                if visited[other]:
                    continue
                cost = -matrix[here - 1][other - 1] - row_price[here] - column_price[other]
                known = slack[other]
                if known is None or cost < known:
                    slack[other] = known = cost
                    before[other] = column
                if step is None or known < step:
                    step, nearest = known, other
            assert step is not None, "a column is free while rows ≤ columns"
            for other in range(m + 1):
                if visited[other]:
                    row_price[owner[other]] += step
                    column_price[other] -= step
                elif (known := slack[other]) is not None:
                    slack[other] = known - step
            column = nearest
        while column:
            owner[column] = owner[before[column]]
            column = before[column]
    return [(owner[column] - 1, column - 1) for column in range(1, m + 1) if owner[column]]


def _components(weights: Mapping[Pair, int]) -> list[tuple[list[int], list[int]]]:
    """Rows and columns that hang together; pairings of different groups do not interfere."""
    of_row: dict[int, list[int]] = {}
    of_column: dict[int, list[int]] = {}
    for row, column in weights:
        of_row.setdefault(row, []).append(column)
        of_column.setdefault(column, []).append(row)
    seen: set[int] = set()
    found = []
    for start in sorted(of_row):
        if start in seen:
            continue
        rows, columns, waiting = {start}, set[int](), [start]
        while waiting:
            for column in of_row[waiting.pop()]:
                if column not in columns:
                    columns.add(column)
                    fresh = [row for row in of_column[column] if row not in rows]
                    rows.update(fresh)
                    waiting.extend(fresh)
        seen |= rows
        found.append((sorted(rows), sorted(columns)))
    return found
