/** Run by `npm ci` in this folder: the programs under examples/interop, examples/scale and bench/interop find the libraries that are installed here. */
import { rmSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";

for (const folder of ["examples/interop", "examples/scale", "bench/interop"]) {
  const link = fileURLToPath(new URL(`../../${folder}/node_modules`, import.meta.url));
  rmSync(link, { recursive: true, force: true });
  // A junction needs no privilege on Windows; elsewhere it is a symbolic link.
  symlinkSync(fileURLToPath(new URL("node_modules", import.meta.url)), link, "junction");
}
