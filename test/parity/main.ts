import { parity } from './command.ts';
import { ParityError } from './sources.ts';

try {
  // npm runs its scripts in the project's folder, whatever folder it was called in.
  process.exitCode = await parity(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd(), console.log);
} catch (error) {
  if (!(error instanceof ParityError)) throw error;
  console.error(`parity: ${error.message}`);
  process.exitCode = 1;
}
