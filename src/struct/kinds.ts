/** What one operation reads and writes; multi-byte kinds have a little-endian and a big-endian (+1) form. */
export const Kind = {
  int8: 0,
  uint8: 1,
  bool: 2,
  char: 3,
  bytes: 4,
  pascal: 5,
  int16: 6,
  uint16: 8,
  int32: 10,
  uint32: 12,
  int64: 14,
  uint64: 16,
  float16: 18,
  float32: 20,
  float64: 22,
  complex64: 24,
  complex128: 26,
  /** 32-bit values that are `bigint` to the caller: `n N P` of the 32-bit ABIs. */
  intptr32: 28,
  uintptr32: 30,
  /** Code units of text, which only records with names have. */
  ucs2: 32,
  ucs4: 34,
} as const;
