/** `stridebuf plot`: a picture of a tensor, as SVG, PNG, or half blocks in the terminal. */

import { extname } from "node:path";
import type { RawOptions } from "./arguments.js";
import { InputFailure } from "./failure.js";
import { oneTensor, parsePlace, withPath } from "./inputs.js";
import { OutputFile } from "./output-file.js";
import { select } from "./parts.js";
import { drawingOf } from "./picture/drawing.js";
import { numbersOf, type PlotKind } from "./picture/numbers.js";
import { openTensors } from "./tensors.js";
import { printable, type Terminal } from "./terminal.js";

export interface PlotOptions extends RawOptions {
  tensor?: string;
  /** Where the picture goes; absent draws into the terminal. */
  out?: string;
  kind?: PlotKind;
  colormap?: string;
  /** Per cent of the values at each end that do not stretch the colours. */
  clip?: number;
  /** Fields of records that are drawn. */
  fields?: string;
  width?: number;
  quiet?: boolean;
}

const KINDS = [".svg", ".png"];

function checkTarget(path: string): void {
  if (KINDS.includes(extname(path).toLowerCase())) return;
  throw new InputFailure(`${path}: pictures are .png or .svg; say so with the extension`);
}

export async function plot(
  place: string,
  index: string | undefined,
  options: PlotOptions,
  terminal: Terminal,
): Promise<void> {
  if (options.out !== undefined) checkTarget(options.out);
  const { path, tensor: named } = parsePlace(place);
  const input = await openTensors(path, options);
  try {
    const one = oneTensor(input, options.tensor ?? named);
    const numbers = await numbersOf(one, select(one.tensor.shape, index), options);
    const name = one.tensor.name === "" ? path : `${path}:${one.tensor.name}`;
    const title = printable(index === undefined ? name : `${name} [${index.replace(/^\[|\]$/g, "")}]`);
    const drawing = drawingOf(numbers, { ...options, title });
    if (options.out === undefined) {
      const { drawInTerminal } = await import("./picture/terminal.js");
      drawInTerminal(drawing, terminal);
      return;
    }
    const { svgOf } = await import("./picture/svg.js");
    const svg = svgOf(drawing);
    const isPng = extname(options.out).toLowerCase() === ".png";
    const bytes = isPng ? await (await import("./picture/png.js")).pngOf(svg) : new TextEncoder().encode(svg);
    const file = new OutputFile(options.out);
    try {
      await file.write(bytes, 0);
      await file.commit();
    } finally {
      file.discard();
    }
    if (!options.quiet) terminal.out(`${printable(options.out)}: ${drawing.what}`);
  } catch (error) {
    throw withPath(path, error);
  } finally {
    input.close();
  }
}
