// Rules of placement, as a person writes them: `text-encoder=cpu, denoiser=cuda:0|cuda:1, vae~=same-as(denoiser)`. Left
// of the sign stands what is placed: a part, or a node of the graph. Right of it stands where: devices by id or by kind,
// joined with `|`; all but some, `!cuda:1`; anywhere, `*`; or where something else is, `same-as(denoiser)`. With `=` it
// must be so, with `~=` it is so wherever that can be had.

/** Where something is placed. Of devices: those that are named, or all where none is, without those that are excluded. */
export type Where =
  | { readonly kind: 'devices'; readonly named: readonly string[]; readonly not: readonly string[] }
  | { readonly kind: 'same-as'; readonly target: string };

export interface Rule {
  /** A part, a family of parts, or a node's id. */
  readonly target: string;
  readonly isWish: boolean;
  readonly where: Where;
}

/** What may stand at a place of a rule. */
export type Expected = 'target' | 'sign' | 'where' | 'device' | 'open' | 'other' | 'close' | 'comma';

export interface Mistake {
  /** From 1. */
  readonly column: number;
  /** What stands there; '' at the end. */
  readonly found: string;
  readonly expected: Expected;
}

export interface Token {
  /** From 0. */
  readonly at: number;
  readonly text: string;
}

/** Words, and the signs between them. */
export const tokensOf = (text: string): Token[] =>
  [...text.matchAll(/~=|[=|!*(),~]|[^\s=|!*(),~]+/g)].map((match) => ({ at: match.index, text: match[0] }));

const isWord = (text: string): boolean => /^[^\s=|!*(),~]+$/.test(text);

export interface Parsed {
  readonly rules: readonly Rule[];
  /** At most one for each rule. */
  readonly mistakes: readonly Mistake[];
}

export function parseAffinity(text: string): Parsed {
  const rules: Rule[] = [];
  const mistakes: Mistake[] = [];
  const reader = new Reader(text);
  while (!reader.isAtEnd) {
    if (reader.take(',')) continue;
    const found = reader.rule();
    if ('expected' in found) {
      mistakes.push(found);
      reader.skipRule();
    } else rules.push(found);
  }
  return { rules, mistakes };
}

class Reader {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  get isAtEnd(): boolean {
    return this.#next >= this.#tokens.length;
  }

  take(text: string): boolean {
    if (this.#tokens[this.#next]?.text !== text) return false;
    this.#next++;
    return true;
  }

  skipRule(): void {
    while (!this.isAtEnd && this.#tokens[this.#next]!.text !== ',') this.#next++;
  }

  rule(): Rule | Mistake {
    const target = this.#word();
    if (target === null) return this.#mistake('target');
    const isWish = this.take('~=');
    if (!isWish && !this.take('=')) return this.#mistake('sign');
    const where = this.#isSameAs() ? this.#sameAs(target) : this.#devices();
    if ('expected' in where) return where;
    if (!this.isAtEnd && this.#tokens[this.#next]!.text !== ',') return this.#mistake('comma');
    return { target, isWish, where };
  }

  #isSameAs(): boolean {
    return this.#tokens[this.#next]?.text === 'same-as';
  }

  #sameAs(self: string): Where | Mistake {
    this.#next++;
    if (!this.take('(')) return this.#mistake('open');
    const target = this.#tokens[this.#next]?.text === self ? null : this.#word();
    if (target === null) return this.#mistake('other');
    return this.take(')') ? { kind: 'same-as', target } : this.#mistake('close');
  }

  #devices(): Where | Mistake {
    const named: string[] = [];
    const not: string[] = [];
    let isAny = false;
    do {
      if (this.take('*')) {
        isAny = true;
        continue;
      }
      const isNot = this.take('!');
      const device = this.#isSameAs() ? null : this.#word();
      if (device === null) return this.#mistake(isNot || named.length + not.length > 0 || isAny ? 'device' : 'where');
      (isNot ? not : named).push(device);
    } while (this.take('|'));
    return { kind: 'devices', named: isAny ? [] : named, not };
  }

  #word(): string | null {
    const token = this.#tokens[this.#next];
    if (!token || !isWord(token.text)) return null;
    this.#next++;
    return token.text;
  }

  #mistake(expected: Expected): Mistake {
    const token = this.#tokens[this.#next];
    return { column: (token?.at ?? this.#text.trimEnd().length) + 1, found: token?.text ?? '', expected };
  }
}

export const printRule = ({ target, isWish, where }: Rule): string =>
  `${target}${isWish ? '~=' : '='}${printWhere(where)}`;

function printWhere(where: Where): string {
  if (where.kind === 'same-as') return `same-as(${where.target})`;
  return [...where.named, ...where.not.map((device) => `!${device}`)].join('|') || '*';
}

export const printAffinity = (rules: readonly Rule[]): string => rules.map(printRule).join(', ');
