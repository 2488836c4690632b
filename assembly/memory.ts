/** Resident arrays: blocks of the runtime's own allocator (TLSF), each at a cache line of its own. */

/** Copies between blocks take half as long again where one is 16 bytes off a line and the other is not. */
const LINE: usize = 64;

/** Address of a block, zeroed where that is asked for. Traps when the memory cannot grow; nothing is changed then. */
export function allocate(nbytes: usize, zeroed: bool): usize {
  // The allocator's blocks are 16-byte aligned, so there are 16 bytes or more before the line to remember its own address in.
  const given = heap.alloc(nbytes + LINE);
  const block = (given + LINE) & ~(LINE - 1);
  store<usize>(block - sizeof<usize>(), given);
  if (zeroed) memory.fill(block, 0, nbytes);
  return block;
}

export function release(block: usize): void {
  heap.free(load<usize>(block - sizeof<usize>()));
}
