/** Numbers of open files, which nobody may use once they are closed: they may be other files' by then. */

import { closeSync } from "node:fs";

/** An open file, closed when it has been told to and every call of another thread that uses it has ended. */
export class Descriptor {
  readonly #fd: number;
  readonly #path: string;
  #isOpen = true;
  #users = 0;

  /** @param path what the file is called in errors */
  constructor(fd: number, path: string) {
    this.#fd = fd;
    this.#path = path;
  }

  /** How many calls of other threads have not ended. */
  get users(): number {
    return this.#users;
  }

  /** The number. @throws an error with the code EBADF when the file has been closed */
  number(syscall: string): number {
    if (this.#isOpen) return this.#fd;
    const message = `EBADF: the file has been closed, ${syscall}`;
    throw Object.assign(new Error(message), { code: "EBADF", syscall, path: this.#path });
  }

  /** Does what uses the number until it ends. @throws as {@link number} */
  async use(syscall: string, call: () => Promise<void>): Promise<void> {
    const fd = this.number(syscall);
    this.#users++;
    try {
      await call();
    } finally {
      this.#users--;
      if (!this.#isOpen && this.#users === 0) closeSync(fd);
    }
  }

  /** Once, even where it fails. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#users === 0) closeSync(this.#fd);
  }
}
