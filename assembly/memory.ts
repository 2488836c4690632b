/** Resident arrays: blocks of the runtime's own allocator (TLSF), 16-byte aligned, zeroed. */

/** Address of a zeroed block. Traps when the memory cannot grow; nothing is changed then. */
export function allocate(nbytes: usize): usize {
  const block = heap.alloc(nbytes);
  memory.fill(block, 0, nbytes);
  return block;
}

export function release(block: usize): void {
  heap.free(block);
}
