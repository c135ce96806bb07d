"""The processor's own way to look up 64 small numbers at once, and what to do without.

One byte permutation looks up the costs of 64 remains in a table of 128 (AVX-512 VBMI), or of 32
remains in a table of 32 (AVX2). Numba reaches both through LLVM. Every way gives the same hits:
the costs only decide which pairs need not be computed (``docs/methods/search-screen.md``).
"""

# Numba's intrinsics have no types, and name arguments that only the compiler reads.
# mypy: disable-error-code="no-untyped-call,no-untyped-def,misc"
# ruff: noqa: ARG001

from __future__ import annotations

import functools
from typing import Any, NamedTuple

from llvmlite import binding, ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

STRIP = 512  # remains whose costs are summed by one call, in eight words of 64 bits
_AT_A_TIME = 6  # markers, where remains are looked up one by one
NEVER = 255  # a cost, or a sum of costs, from which a pair is rejected


class Avx512(NamedTuple):
    """Tables of 128 classes, 64 remains a step."""

    classes: int = 128


class Avx2(NamedTuple):
    """Tables of 32 classes, 32 remains a step."""

    classes: int = 32


class Plain(NamedTuple):
    """Tables of 128 classes, one remains after the other: any processor."""

    classes: int = 128


Instructions = Avx512 | Avx2 | Plain


@functools.cache
def best_instructions() -> Instructions:
    """Return the fastest way that this processor has."""
    features = binding.get_host_cpu_features()
    if features.get("avx512vbmi") and features.get("avx512bw"):
        return Avx512()
    return Avx2() if features.get("avx2") else Plain()


_I8, _I64 = ir.IntType(8), ir.IntType(64)


def _load(builder: Any, address: Any, offset: int, kind: Any, align: int) -> Any:
    place = builder.add(address, ir.Constant(_I64, offset)) if offset else address
    value = builder.load(builder.inttoptr(place, kind.as_pointer()))
    value.align = align
    return value


def _store_word(builder: Any, address: Any, number: int, word: Any) -> None:
    place = builder.add(address, ir.Constant(_I64, 8 * number))
    builder.store(word, builder.inttoptr(place, _I64.as_pointer()))


def _avx512_strip(builder: Any, codes: Any, costs: Any, markers: Any, stride: Any, kept: Any):
    vector = ir.VectorType(_I8, 64)
    permute = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(vector, [vector] * 3), "llvm.x86.avx512.vpermi2var.qi.512"
    )
    add = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(vector, [vector] * 2), "llvm.uadd.sat.v64i8"
    )
    zero = ir.Constant(vector, [0] * 64)
    sums = [cgutils.alloca_once(builder, vector) for _ in range(8)]
    for total in sums:
        builder.store(zero, total)
    with cgutils.for_range(builder, markers) as loop:
        table = builder.add(costs, builder.mul(loop.index, ir.Constant(_I64, 128)))
        low = _load(builder, table, 0, vector, 64)
        high = _load(builder, table, 64, vector, 64)
        row = builder.add(codes, builder.mul(loop.index, stride))
        for number, total in enumerate(sums):
            code = _load(builder, row, 64 * number, vector, 64)
            cost = builder.call(permute, [low, code, high])
            builder.store(builder.call(add, [builder.load(total), cost]), total)
    never = ir.Constant(vector, [NEVER] * 64)
    for number, total in enumerate(sums):
        open_pairs = builder.icmp_unsigned("!=", builder.load(total), never)
        _store_word(builder, kept, number, builder.bitcast(open_pairs, _I64))


def _avx2_strip(builder: Any, codes: Any, costs: Any, markers: Any, stride: Any, kept: Any):
    vector, half = ir.VectorType(_I8, 32), ir.VectorType(_I8, 16)
    shuffle = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(vector, [vector] * 2), "llvm.x86.avx2.pshuf.b"
    )
    add = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(vector, [vector] * 2), "llvm.uadd.sat.v32i8"
    )
    both = ir.Constant(ir.VectorType(ir.IntType(32), 32), [*range(16), *range(16)])
    zero = ir.Constant(vector, [0] * 32)
    other = ir.Constant(vector, [0x80] * 32)
    never = ir.Constant(vector, [NEVER] * 32)
    for part in range(2):  # eight sums fit into the registers, not sixteen
        sums = [cgutils.alloca_once(builder, vector) for _ in range(8)]
        for total in sums:
            builder.store(zero, total)
        with cgutils.for_range(builder, markers) as loop:
            table = builder.add(costs, builder.mul(loop.index, ir.Constant(_I64, 32)))
            low, high = (
                builder.shuffle_vector(value, value, both)
                for value in (
                    _load(builder, table, 0, half, 16),
                    _load(builder, table, 16, half, 16),
                )
            )
            row = builder.add(codes, builder.mul(loop.index, stride))
            for number, total in enumerate(sums):
                # A code's highest bit says which half of the table it is in; there, the shuffle
                # gives the cost, in the other half zero.
                code = _load(builder, row, 256 * part + 32 * number, vector, 32)
                first = builder.call(shuffle, [low, code])
                second = builder.call(shuffle, [high, builder.xor(code, other)])
                cost = builder.or_(first, second)
                builder.store(builder.call(add, [builder.load(total), cost]), total)
        for number in range(0, 8, 2):
            words = [
                builder.zext(
                    builder.bitcast(
                        builder.icmp_unsigned("!=", builder.load(total), never), ir.IntType(32)
                    ),
                    _I64,
                )
                for total in sums[number : number + 2]
            ]
            word = builder.or_(words[0], builder.shl(words[1], ir.Constant(_I64, 32)))
            _store_word(builder, kept, 4 * part + number // 2, word)


def _plain_strip(builder: Any, codes: Any, costs: Any, markers: Any, stride: Any, kept: Any):
    i32 = ir.IntType(32)
    never, last = ir.Constant(i32, NEVER), ir.Constant(_I64, _AT_A_TIME - 1)
    parts = builder.sdiv(builder.add(markers, last), ir.Constant(_I64, _AT_A_TIME))
    for word_number in range(8):
        word = cgutils.alloca_once(builder, _I64)
        builder.store(ir.Constant(_I64, 0), word)
        with cgutils.for_range(builder, ir.Constant(_I64, 8)) as eight:  # eight sums in registers
            shift = builder.mul(eight.index, ir.Constant(_I64, 8))
            first = builder.add(builder.add(codes, ir.Constant(_I64, 64 * word_number)), shift)
            sums = [cgutils.alloca_once(builder, i32) for _ in range(8)]
            for total in sums:
                builder.store(ir.Constant(i32, 0), total)
            with cgutils.for_range(builder, parts) as part:
                begin = builder.mul(part.index, ir.Constant(_I64, _AT_A_TIME))
                left = builder.sub(markers, begin)
                is_last = builder.icmp_signed("<", left, ir.Constant(_I64, _AT_A_TIME))
                count = builder.select(is_last, left, ir.Constant(_I64, _AT_A_TIME))
                # Eight unlike remains are refused long before the last marker.
                is_open = ir.Constant(ir.IntType(1), 0)
                for total in sums:
                    below = builder.icmp_unsigned("<", builder.load(total), never)
                    is_open = builder.or_(is_open, below)
                with builder.if_then(is_open), cgutils.for_range(builder, count) as loop:
                    marker = builder.add(begin, loop.index)
                    row = builder.add(first, builder.mul(marker, stride))
                    table = builder.add(costs, builder.mul(marker, ir.Constant(_I64, 128)))
                    for lane, total in enumerate(sums):
                        code = builder.zext(_load(builder, row, lane, _I8, 1), _I64)
                        cost = _load(builder, builder.add(table, code), 0, _I8, 1)
                        more = builder.add(builder.load(total), builder.zext(cost, i32))
                        builder.store(more, total)
            bits = ir.Constant(_I64, 0)
            for lane, total in enumerate(sums):
                is_open = builder.icmp_unsigned("<", builder.load(total), never)
                bit = builder.shl(builder.zext(is_open, _I64), ir.Constant(_I64, lane))
                bits = builder.or_(bits, bit)
            builder.store(builder.or_(builder.load(word), builder.shl(bits, shift)), word)
        _store_word(builder, kept, word_number, builder.load(word))


_STRIPS = {Avx512: _avx512_strip, Avx2: _avx2_strip, Plain: _plain_strip}


@intrinsic
def open_pairs(typingctx, instructions, codes, costs, markers, stride, kept):
    """Write which of 512 remains stay open: whose summed costs are below `NEVER`.

    ``codes``, ``costs`` and ``kept`` are addresses: codes of the first marker, those of the next
    ``stride`` bytes further, of marker after marker's costs, and of eight words for the answer.
    Addresses of codes are multiples of 64, those of costs too (32 for AVX2).
    """
    write = _STRIPS[instructions.instance_class]
    address = types.uintp
    signature = types.void(instructions, address, address, types.intp, types.intp, address)

    def codegen(context, builder, _signature, args):
        write(builder, *args[1:])
        return context.get_dummy_value()

    return signature, codegen


@intrinsic
def trailing_zeros(typingctx, word):
    """Return the place of the lowest bit of a word that is not 0."""

    def codegen(context, builder, _signature, args):
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), codegen


def code_of(number: Any, instructions: Instructions) -> Any:
    """Return the codes (uint8) of class numbers, as `open_pairs` reads them."""
    if isinstance(instructions, Avx2):
        return (number & 15) | ((number & 16) << 3)
    return number
