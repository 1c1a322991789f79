// What set-up has to tell goes to stderr, so that a command's stdout holds its result alone.

export function say(text) {
  process.stderr.write(`kiln: ${text}\n`);
}

/** Ends a script with a message for people: the cause and what to do, never a stack trace. */
export class SetupError extends Error {}

/** Runs the body of a script. A set-up error is said plainly; anything else is our mistake and shows its stack. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    if (error instanceof SetupError) say(error.message);
    else console.error(error);
    process.exitCode = 1;
  }
}
