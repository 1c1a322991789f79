import { fail } from '../model/errors.ts';

/** Whether brackets nest deeper than that outside strings, found without parsing. */
function isDeeper(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 92) i++;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 123 || code === 91) {
      if (++depth > limit) return true;
    } else if (code === 125 || code === 93) depth--;
  }
  return false;
}

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
