/** G.711's levels, from the formula of the standard. */
export function level(code: number): number {
  const bits = code ^ 255;
  const magnitude = ((2 * (bits & 15) + 33) << ((bits >> 4) & 7)) - 33;
  return bits & 128 ? -magnitude : magnitude;
}
