/**
 * Strength (a): parameters only. A small float is four numbers and a style, a small integer is its width; the package
 * decodes, rounds to nearest even and converts them like its own types.
 */

/** Says what `[lab:NAME]` is; register it with `registerDType("lab", lab)`. */
export const lab = (name) => {
  switch (name) {
    // A 12-bit float in two bytes: 1 sign, 5 exponent and 6 mantissa bits, with infinities and NaNs as in IEEE 754.
    case "float12":
      return { name, small: { exponentBits: 5, mantissaBits: 6, bias: 15, style: "ieee" } };
    // A 7-bit float of a sensor: no infinities, no NaN.
    case "float7":
      return { name, small: { exponentBits: 3, mantissaBits: 3, bias: 3, style: "finite" } };
    // A signed 3-bit weight, one per byte.
    case "int3":
      return { name, integer: { bits: 3, signed: true } };
    default:
      return undefined;
  }
};
