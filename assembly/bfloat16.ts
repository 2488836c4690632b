/** bfloat16 (the upper half of binary32) to and from binary32. */

/**
 * bfloat16 → float32, exact, NaN payloads kept. dst and src must not overlap; any alignment; count in elements.
 * One interleave with zero puts each 16-bit code into the upper half of a 32-bit lane.
 */
export function bf16ToF32(dst: usize, src: usize, count: usize): void {
  const zero = i32x4.splat(0);
  const end = src + ((count & ~15) << 1);
  while (src < end) {
    const a = v128.load(src);
    const b = v128.load(src, 16);
    v128.store(dst, v128.shuffle<u16>(zero, a, 0, 8, 1, 9, 2, 10, 3, 11));
    v128.store(dst, v128.shuffle<u16>(zero, a, 4, 12, 5, 13, 6, 14, 7, 15), 16);
    v128.store(dst, v128.shuffle<u16>(zero, b, 0, 8, 1, 9, 2, 10, 3, 11), 32);
    v128.store(dst, v128.shuffle<u16>(zero, b, 4, 12, 5, 13, 6, 14, 7, 15), 48);
    src += 32;
    dst += 64;
  }
  const tail = src + ((count & 15) << 1);
  while (src < tail) {
    store<u32>(dst, <u32>load<u16>(src) << 16);
    src += 2;
    dst += 4;
  }
}
