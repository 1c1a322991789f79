import type { Json } from './json.ts';
import { rulesFrom, type SettingShape } from './settings.ts';

// Values as a person writes them: `8 GB`, `1.5 s`, `on`, `a, b`, `text-encoder=cpu, vae=cpu`. JSON works everywhere.

const byteUnits: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1024,
  mb: 1024 ** 2,
  gb: 1024 ** 3,
  tb: 1024 ** 4,
};
const msUnits: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };
const yes = ['on', 'true', 'yes', '1'];
const no = ['off', 'false', 'no', '0'];

/** The value that a text means. What it cannot mean comes back as the text, which then does not fit. */
export function valueFromText(shape: SettingShape, written: string): Json {
  const text = written.trim();
  switch (shape.kind) {
    case 'number':
      if (shape.zeroIsAutomatic && text.toLowerCase() === 'auto') return 0;
      return amount(text, shape.unit === 'bytes' ? byteUnits : shape.unit === 'ms' ? msUnits : {}) ?? text;
    case 'switch':
      return yes.includes(text.toLowerCase()) || (!no.includes(text.toLowerCase()) && text);
    case 'choice':
    case 'text':
      return text;
    case 'list':
      return asJson(text, '[') ?? itemsIn(text, shape.of === 'name' ? /[,\n]/ : /[\s,]+/);
    case 'sizes':
      return asJson(text, '{') ?? sizesIn(text) ?? text;
    case 'rules':
      return asJson(text, '[') ?? rulesFrom(text);
    case 'rules-by-pack':
      return asJson(text, '{') ?? packsIn(text) ?? text;
  }
}

/** Names of packs may have spaces in them; addresses have none. */
const itemsIn = (text: string, between: RegExp): string[] =>
  text
    .split(between)
    .map((part) => part.trim())
    .filter((part) => part !== '');

function asJson(text: string, first: string): Json | null {
  if (!text.startsWith(first)) return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

function amount(text: string, units: Readonly<Record<string, number>>): number | null {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.replace(/(\d)[,_ ](?=\d{3})/g, '$1')) ?? [];
  if (digits === undefined) return null;
  if (unit === '') return Number(digits);
  const factor = units[unit.toLowerCase()];
  return factor === undefined ? null : Math.round(Number(digits) * factor);
}

/** `cuda:0=8 GB, cpu=4 GB` */
function sizesIn(text: string): Json | null {
  const found: Record<string, Json> = {};
  for (const part of text.split(',').filter((one) => one.trim() !== '')) {
    const [, name, size = ''] = /^\s*([^=]+?)\s*=\s*(.*?)\s*$/.exec(part) ?? [];
    const bytes = amount(size, byteUnits);
    if (name === undefined || bytes === null) return null;
    found[name] = bytes;
  }
  return found;
}

/** `starter: vae=cpu; large: denoiser=cuda:0`, a pack a line or between semicolons. */
function packsIn(text: string): Json | null {
  const found: Record<string, Json> = {};
  for (const line of text.split(/[\n;]/).filter((part) => part.trim() !== '')) {
    const [, pack, rules] = /^\s*([^:]+?)\s*:\s*(.*)$/.exec(line) ?? [];
    if (pack === undefined || rules === undefined) return null;
    found[pack] = rulesFrom(rules);
  }
  return found;
}

/** What `valueFromText` takes back to the same value. */
export function textOfValue(shape: SettingShape, value: unknown): string {
  switch (shape.kind) {
    case 'number':
      if (value === 0 && shape.zeroIsAutomatic) return 'auto';
      if (shape.unit === 'bytes') return withUnit(Number(value), byteUnits);
      return shape.unit === 'ms' ? withUnit(Number(value), msUnits) : String(value);
    case 'switch':
      return value ? 'on' : 'off';
    case 'choice':
    case 'text':
      return String(value);
    case 'list': {
      const items = value as readonly string[];
      return items.some((item) => item.includes(',')) ? JSON.stringify(items) : items.join(', ');
    }
    case 'rules':
      return (value as readonly string[]).join(', ');
    case 'sizes':
      return Object.entries(value as Readonly<Record<string, number>>)
        .map(([name, bytes]) => `${name}=${withUnit(bytes, byteUnits)}`)
        .join(', ');
    case 'rules-by-pack':
      return Object.entries(value as Readonly<Record<string, readonly string[]>>)
        .map(([pack, rules]) => `${pack}: ${rules.join(', ')}`)
        .join('; ');
  }
}

/** In the largest unit that needs no more than two decimals and loses nothing. */
function withUnit(value: number, units: Readonly<Record<string, number>>): string {
  const [smallest, ...larger] = Object.entries(units);
  const fitting = larger
    .reverse()
    .find(([, factor]) => value >= factor && Number((value / factor).toFixed(2)) * factor === value);
  const [unit, factor] = fitting ?? smallest!;
  const said = unit.endsWith('b') ? unit.toUpperCase() : unit;
  return `${Number((value / factor).toFixed(2))} ${said}`;
}
