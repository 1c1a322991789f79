import { fail } from '../model/errors.ts';
import { isDeeper } from '../model/json.ts';

/** JSON in UTF-8; nothing at all is no arguments. @throws AppError request.malformed */
export function jsonOf(bytes: Uint8Array, depth: number): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    fail('request.malformed', { reason: 'it is not text in UTF-8' });
  }
  if (text.trim() === '') return undefined;
  if (isDeeper(text, depth)) fail('request.malformed', { reason: `it nests deeper than ${depth} levels` });
  try {
    return JSON.parse(text);
  } catch (error) {
    return fail('request.malformed', { reason: (error as Error).message }, {}, error);
  }
}
