const notANumber = '\u0000NaN';

/**
 * JSON in which numbers may also be `NaN`, `Infinity` and `-Infinity`, as Python writes them. Texts are left as they are.
 * Throws a SyntaxError for anything else that is no JSON.
 */
export function readLooseJson(text: string): unknown {
  let isLoose = false;
  // JSON has no word for them, but a number beyond all doubles is read as Infinity.
  const strict = text.replace(/"(?:[^"\\]+|\\.)*"|\bInfinity\b|\bNaN\b/g, (found) => {
    if (found.startsWith('"')) return found;
    isLoose = true;
    return found === 'NaN' ? JSON.stringify(notANumber) : '1e999';
  });
  if (!isLoose) return JSON.parse(text);
  return JSON.parse(strict, (_, value) => (value === notANumber ? Number.NaN : value));
}
