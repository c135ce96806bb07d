"""What kernels need of the machine and cannot say: uncounted arrays, eight numbers at a time.

Each slice of an array counts who uses its memory, with two atomic additions: more than the
arithmetic on a slice of ten numbers. And rows of a marker's alleles are short: loops over them
spend their time on what is left over behind whole vectors.
"""

# Numba's intrinsics have no types, and name arguments that only the compiler reads.
# mypy: disable-error-code="no-untyped-call,no-untyped-def,attr-defined"
# ruff: noqa: ARG001

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

EIGHT = 8

_VECTOR = ir.VectorType(ir.DoubleType(), EIGHT)
_LANE = ir.IntType(32)


def _intrinsic(function: Callable[..., Any]) -> Any:
    return intrinsic(function)


@_intrinsic
def borrowed(typingctx, argument):
    """Return an array, or a tuple with arrays, that does not own its memory.

    Its slices are not counted. Only for what is alive for longer: arguments of a kernel, which the
    caller keeps alive, and arrays that are named in `keep` afterwards. Never for anything that is
    returned.
    """

    def codegen(context, builder, signature, arguments):
        return _without_owner(context, builder, signature.return_type, arguments[0])

    return argument(argument), codegen


@_intrinsic
def keep(typingctx, owner):
    """Keep an array alive until here, while something borrows it."""

    def codegen(context, builder, signature, arguments):
        return context.get_dummy_value()

    return types.void(owner), codegen


def _without_owner(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    if isinstance(kind, types.BaseTuple):
        parts = [
            _without_owner(context, builder, part, builder.extract_value(value, n))
            for n, part in enumerate(kind.types)
        ]
        return context.make_tuple(builder, kind, parts)
    if isinstance(kind, types.Array):
        array = make_array(kind)(context, builder, value)
        array.meminfo = cgutils.get_null_value(array.meminfo.type)
        return array._getvalue()
    return value


def _place(context: Any, builder: Any, kind: Any, array: Any, at: Any) -> Any:
    data = make_array(kind)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [at]), _VECTOR.as_pointer())


def _load(context: Any, builder: Any, kind: Any, array: Any, at: Any) -> Any:
    value = builder.load(_place(context, builder, kind, array, at))
    value.align = 8
    return value


def _everywhere(builder: Any, number: Any) -> Any:
    undefined = ir.Constant(_VECTOR, ir.Undefined)
    first = builder.insert_element(undefined, number, ir.Constant(_LANE, 0))
    nowhere = ir.Constant(ir.VectorType(_LANE, EIGHT), [0] * EIGHT)
    return builder.shuffle_vector(first, undefined, nowhere)


@_intrinsic
def copy_eight(typingctx, out, at, row, begin):
    """Write ``row[begin : begin + 8]`` to ``out[at : at + 8]``; flat arrays of floats."""

    def codegen(context, builder, signature, args):
        kinds = signature.args
        value = _load(context, builder, kinds[2], args[2], args[3])
        builder.store(value, _place(context, builder, kinds[0], args[0], args[1])).align = 8
        return context.get_dummy_value()

    return types.void(out, types.intp, row, types.intp), codegen


@_intrinsic
def scale_eight(typingctx, out, at, row, begin, factor):
    """Write ``factor * row[begin : begin + 8]`` to ``out[at : at + 8]``; flat arrays of floats."""

    def codegen(context, builder, signature, args):
        kinds = signature.args
        value = _load(context, builder, kinds[2], args[2], args[3])
        value = builder.fmul(value, _everywhere(builder, args[4]))
        builder.store(value, _place(context, builder, kinds[0], args[0], args[1])).align = 8
        return context.get_dummy_value()

    return types.void(out, types.intp, row, types.intp, types.float64), codegen


@_intrinsic
def add_eight(typingctx, out, at, row, begin, factor):
    """Add ``factor * row[begin : begin + 8]`` to ``out[at : at + 8]``; flat arrays of floats."""

    def codegen(context, builder, signature, args):
        kinds = signature.args
        place = _place(context, builder, kinds[0], args[0], args[1])
        before = builder.load(place)
        before.align = 8
        value = _load(context, builder, kinds[2], args[2], args[3])
        value = builder.fadd(before, builder.fmul(value, _everywhere(builder, args[4])))
        builder.store(value, place).align = 8
        return context.get_dummy_value()

    return types.void(out, types.intp, row, types.intp, types.float64), codegen
