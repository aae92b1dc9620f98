/** Something that the person at the terminal can put right: shown as its message, without a stack. */
export class BootError extends Error {
  override name = 'BootError';
}
