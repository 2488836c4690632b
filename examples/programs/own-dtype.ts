import { convert, registerDType, view } from "stridebuf";

/** Samples of a 12-bit float: 1 sign, 5 exponent and 6 mantissa bits in two bytes. */
registerDType("lab", (name) =>
  name === "float12" ? { name, small: { exponentBits: 5, mantissaBits: 6, bias: 15, style: "ieee" } } : undefined,
);

export const decode = (bytes: Uint8Array): Float32Array =>
  convert(view(bytes, { format: ">[lab:float12]" }), "float32").toTypedArray();

export const encode = (samples: Float32Array): Uint8Array => convert(samples, ">[lab:float12]").toBytes();
