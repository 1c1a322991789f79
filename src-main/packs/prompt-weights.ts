/** A piece of a prompt that counts more or less than the rest. */
export interface Weighted {
  readonly text: string;
  readonly weight: number;
}

/** Deeper brackets than these mean nothing. */
const deepest = 200;

// Brackets that are written `\(` and `\)` are text. While others are looked for, they are these two.
const [close, open] = ['\u0000\u0001', '\u0000\u0002'];
const hidden = (text: string): string => text.replaceAll('\\)', close).replaceAll('\\(', open);
const plain = (text: string): string => text.replaceAll(close, ')').replaceAll(open, '(');

/** What Python reads as a number. */
const number =
  /^\s*[-+]?(?:(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+(?:_\d+)*)?|inf|infinity|nan)\s*$/i;

function numberIn(text: string): number | null {
  const said = text.replace(/\p{Nd}/gu, digitOf);
  if (!number.test(said)) return null;
  const found = said.trim().replaceAll('_', '').toLowerCase();
  if (found.includes('nan')) return Number.NaN;
  if (found.includes('inf')) return found.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(found);
}

/** Of any script: each has its ten digits in a row, beginning with 0. */
function digitOf(digit: string): string {
  const code = digit.codePointAt(0)!;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before++;
  return String(before % 10);
}

/**
 * A prompt's pieces with their weights, as ComfyUI reads them: `(a)` counts 1.1 times what is around it, `(a:1.2)` 1.2,
 * whatever is around it. A group closes where as many brackets were closed as opened; one that never does is text.
 */
export function weightedPieces(prompt: string): readonly Weighted[] {
  const found: Weighted[] = [];
  const walk = (text: string, weight: number, depth: number): void => {
    for (const piece of groups(text)) {
      const isGroup = piece.length >= 2 && piece.startsWith('(') && piece.endsWith(')') && depth < deepest;
      if (!isGroup) {
        found.push({ text: plain(piece), weight });
        continue;
      }
      const inner = piece.slice(1, -1);
      const colon = inner.lastIndexOf(':');
      const said = colon > 0 ? numberIn(inner.slice(colon + 1)) : null;
      if (said === null) walk(inner, weight * 1.1, depth + 1);
      else walk(inner.slice(0, colon), said, depth + 1);
    }
  };
  walk(hidden(prompt), 1, 0);
  return found;
}

/** Top-level groups with their brackets, and the text between them. */
function groups(text: string): readonly string[] {
  const found: string[] = [];
  let from = 0;
  let level = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') {
      if (level === 0 && i > from) {
        found.push(text.slice(from, i));
        from = i;
      }
      level++;
    } else if (text[i] === ')') {
      level--;
      if (level !== 0) continue;
      found.push(text.slice(from, i + 1));
      from = i + 1;
    }
  }
  if (from < text.length) found.push(text.slice(from));
  return found;
}
