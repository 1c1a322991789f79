import { fail } from '../model/errors.ts';
import { isDeeper } from '../model/json.ts';

/** Of a longer text each pass takes a few ms: others go first between them. */
const longChars = 64 * 1024;

/** JSON in UTF-8; nothing at all is no arguments. @throws AppError request.malformed */
export function jsonOf(bytes: Uint8Array, depth: number): unknown {
  return parsed(shallow(textOf(bytes), depth));
}

/** The same for long texts, which are decoded, looked through and parsed in turns. */
export async function jsonInTurns(bytes: Uint8Array, depth: number): Promise<unknown> {
  if (bytes.length <= longChars) return jsonOf(bytes, depth);
  const next = () => new Promise((resolve) => setImmediate(resolve));
  const text = textOf(bytes);
  await next();
  shallow(text, depth);
  await next();
  const value = parsed(text);
  await next();
  return value;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fail('request.malformed', { reason: 'it is not text in UTF-8' });
  }
}

function shallow(text: string, depth: number): string {
  if (isDeeper(text, depth)) fail('request.malformed', { reason: `it nests deeper than ${depth} levels` });
  return text;
}

function parsed(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    return fail('request.malformed', { reason: (error as Error).message }, {}, error);
  }
}
