/** A literal, or a sign. Long strings are taken in stretches, so that the expression needs no stack. */
const token =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings
  /[ \t\r\n]*(?:("(?:[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([{}[\],:]))/y;

type Wanted = 'value' | 'item' | 'entry' | 'key' | 'colon' | 'comma' | 'end';

/** Where a text stops being JSON: the position that `JSON.parse` does not always tell. Only for texts that it refused. */
export function mistakeAt(text: string): number {
  const open: ('{' | '[')[] = [];
  let wanted: Wanted = 'value';
  let at = 0;
  for (;;) {
    token.lastIndex = at;
    const found = token.exec(text);
    const [, literal, sign] = found ?? [];
    const start = found
      ? token.lastIndex - (literal ?? sign)!.length
      : at + /^[ \t\r\n]*/.exec(text.slice(at))![0].length;
    const done = open.length === 0 || (open.length === 1 && (sign === '}' || sign === ']')) ? 'end' : 'comma';
    const closes = (sign === '}' && open.at(-1) === '{') || (sign === ']' && open.at(-1) === '[');
    if (closes && (wanted === 'comma' || wanted === 'item' || wanted === 'entry')) {
      open.pop();
      wanted = done;
    } else if ((wanted === 'value' || wanted === 'item') && literal !== undefined) wanted = done;
    else if ((wanted === 'value' || wanted === 'item') && (sign === '{' || sign === '[')) {
      open.push(sign);
      wanted = sign === '{' ? 'entry' : 'item';
    } else if ((wanted === 'key' || wanted === 'entry') && literal?.startsWith('"')) wanted = 'colon';
    else if (wanted === 'colon' && sign === ':') wanted = 'value';
    else if (wanted === 'comma' && sign === ',') wanted = open.at(-1) === '{' ? 'key' : 'value';
    else return start;
    at = token.lastIndex;
  }
}

/** The same as a person counts it: from 1. */
export function placeOfMistake(text: string): { readonly line: number; readonly column: number } {
  const before = text.slice(0, mistakeAt(text));
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
}
