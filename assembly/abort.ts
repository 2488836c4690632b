/** Called instead of `env.abort`: kernels never throw; the runtime's allocator may, and then the module traps. */
export function trap(message: usize, file: usize, line: u32, column: u32): void {
  unreachable();
}
