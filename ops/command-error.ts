/** Ends a command that cannot do its work; its message says what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/**
 * Runs a command and sets the exit code that it gives. A `CommandError` is told in one sentence and
 * ends it with 2.
 */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    if (!(error instanceof CommandError)) {
      throw error;
    }
    console.error(error.message);
    process.exitCode = 2;
  }
}
