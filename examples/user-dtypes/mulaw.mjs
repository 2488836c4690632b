/**
 * Strength (c): kernels of your own in WebAssembly. The module imports the engine's memory and its functions go into the
 * engine's table, so that a conversion calls them between its own kernels without leaving Wasm.
 */

/**
 * `[itu:mulaw]`, given the compiled module: `await WebAssembly.compile(…)` of what `wat2wasm mulaw.wat` or
 * `wasm-as mulaw.wat` wrote.
 */
export const itu = (module) => {
  const codec = { hub: "float64", wasm: { module, decode: "decode", encode: "encode" } };
  return (name) => (name === "mulaw" ? { name, kind: "int", itemsize: 1, codec } : undefined);
};
