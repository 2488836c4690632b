/** SVG → PNG by resvg, with a font of its own: the same dots on every machine. */

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { brotliDecompressSync } from "node:zlib";
import { initWasm, Resvg } from "@resvg/resvg-wasm";

/** What lies packed beside the built command comes from the packages where nothing is built. */
function asset(name: string, from: string): Uint8Array {
  const beside = new URL(`${name}.br`, import.meta.url);
  if (existsSync(beside)) return brotliDecompressSync(readFileSync(beside));
  return readFileSync(createRequire(import.meta.url).resolve(from));
}

let ready: Promise<void> | null = null;

/** Dots per pixel of the SVG. */
export const ZOOM = 1.5;

export async function pngOf(svg: string): Promise<Uint8Array> {
  ready ??= initWasm(asset("resvg.wasm", "@resvg/resvg-wasm/index_bg.wasm"));
  await ready;
  const fontBuffers = [asset("font.ttf", "dejavu-fonts-ttf/ttf/DejaVuSans.ttf")];
  const font = { fontBuffers, defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" };
  // Dots keep their edges; the renderer knows that by its old name only.
  const sharp = svg.replaceAll('image-rendering="pixelated"', 'image-rendering="optimizeSpeed"');
  return new Resvg(sharp, { font, fitTo: { mode: "zoom", value: ZOOM } }).render().asPng();
}
