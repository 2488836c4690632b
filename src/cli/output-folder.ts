/** A folder as output: unfinished under a name beside its place, gone when the run ends early. */

import { mkdirSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { removeLeftBehind, temporaryName } from "./output-file.js";
import { begin, end, isUnfinished, type Unfinished } from "./unfinished.js";

const remove = (path: string): void => rmSync(path, { recursive: true, force: true });

export class OutputFolder implements Unfinished {
  /** What is unfinished. */
  readonly path: string;

  /** @throws the system's error when nothing can be made there */
  constructor(place: string) {
    const parent = realpathSync(dirname(resolve(place)));
    this.path = join(parent, temporaryName());
    begin(this);
    try {
      removeLeftBehind(parent, { readdirSync }, remove);
      mkdirSync(this.path);
    } catch (error) {
      end(this);
      throw Object.assign(error as Error, { path: place });
    }
  }

  /** Removes what is left; does nothing when called again. */
  discard(): void {
    if (!isUnfinished(this)) return;
    remove(this.path);
    end(this);
  }
}
