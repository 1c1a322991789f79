import { expect, test } from 'vitest';
import { askedLanguage, commands, readArguments } from '../../src-main/cli-arguments.ts';
import { AppError } from '../../src-main/model/errors.ts';
import { commandNames } from '../../src-main/texts/cli-texts.ts';
import { call, emptyFolder } from './call.ts';

const complaintsOf = (argv: readonly string[]) => {
  try {
    readArguments(argv);
  } catch (error) {
    if (error instanceof AppError) return error.problems.map(({ code, values }) => ({ code, ...values }));
    throw error;
  }
  return [];
};

test('a call of run is read whole', () => {
  const words = 'run g.json --set prompt=a=b --set seed=7 --times 3 -o pictures --tier fast --json --home=h'.split(' ');
  expect(readArguments(words)).toMatchObject({
    command: 'run',
    args: ['g.json'],
    sets: [
      { name: 'prompt', text: 'a=b' },
      { name: 'seed', text: '7' },
    ],
    times: 3,
    out: 'pictures',
    tier: 'fast',
    json: true,
    home: 'h',
    batch: null,
    trace: null,
  });
});

test('options may stand before the command, and an empty value may be set', () => {
  expect(readArguments(['--home', 'h', 'run', 'g', '--set', 'prompt='])).toMatchObject({
    command: 'run',
    home: 'h',
    sets: [{ name: 'prompt', text: '' }],
  });
});

test.each([
  ['runn', { code: 'command.unknown', command: 'runn', nearest: 'run' }],
  ['run', { code: 'argument.missing', command: 'kiln run', argument: 'FILE' }],
  ['run a b', { code: 'argument.unexpected', command: 'kiln run', argument: 'b' }],
  ['run a --tims 3', { code: 'option.unknown', option: '--tims', nearest: '--times' }],
  ['run a --json=1', { code: 'option.unknown', option: '--json=1', nearest: '--json' }],
  ['run a --out', { code: 'option.missingValue', option: '--out' }],
  ['run a --out --json', { code: 'option.missingValue', option: '--out' }],
  ['run a --times 0', { code: 'option.badValue', option: '--times', value: '0', wanted: '1 – 10000' }],
  ['run a --times -3', { code: 'option.badValue', option: '--times', value: '-3', wanted: '1 – 10000' }],
  ['run a --times 1e3', { code: 'option.badValue', option: '--times', value: '1e3', wanted: '1 – 10000' }],
  [
    'run a --tier slow',
    { code: 'option.badValue', option: '--tier', value: 'slow', wanted: 'interactive, fast, quality, background' },
  ],
  ['run a --set steps', { code: 'override.malformed', text: 'steps' }],
  ['run a --set =3', { code: 'override.malformed', text: '=3' }],
  ['nodes --times 3', { code: 'argument.unexpected', command: 'kiln nodes', argument: '--times' }],
  [
    'run g.json --on http://there --devices cpu',
    { code: 'argument.unexpected', command: 'kiln run', argument: '--devices' },
  ],
  ['nodes --lang fr', { code: 'option.badValue', option: '--lang', value: 'fr', wanted: 'en, zh' }],
])('“kiln %s” is refused once', (words, complaint) => {
  expect(complaintsOf(words.split(' '))).toEqual([complaint]);
});

test('the language is the one asked for, else the system’s', () => {
  expect(askedLanguage(['run', '--lang', 'zh'], { LANG: 'en_US' })).toBe('zh');
  expect(askedLanguage(['--lang=en'], { LANG: 'zh_CN' })).toBe('en');
  expect(askedLanguage([], { LANG: 'zh_CN.UTF-8' })).toBe('zh');
  expect(askedLanguage([], { LC_ALL: 'C', LANG: 'zh_CN.UTF-8' })).toBe('en');
  expect(askedLanguage(['--lang', 'fr'], { LANG: 'zh_CN' })).toBe('zh');
});

test('without arguments it says what Kiln is and how to go on', async () => {
  const { code, out, err } = await call([], { cwd: emptyFolder() });
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('kiln run graphs/text-to-image.kiln.json');
  expect((await call([], { cwd: emptyFolder(), env: { LANG: 'zh_CN.UTF-8' } })).out).toContain('扩散模型');
});

test('every command and option has its place on the help page, and every command a page', async () => {
  const cwd = emptyFolder();
  const page = (await call(['help'], { cwd })).out;
  for (const name of commandNames) {
    expect(page).toContain(`  ${name}`);
    for (const option of commands[name].options) expect(page).toContain(`--${option}`);
    expect((await call([name, '--help'], { cwd })).out).toContain(`kiln ${name}`);
    expect((await call(['help', name], { cwd })).out).toContain(`kiln ${name}`);
  }
});

test('--version says the version of the package', async () => {
  const { version } = await import('../../package.json');
  expect((await call(['--version'], { cwd: emptyFolder() })).out).toBe(`kiln ${version}\n`);
});
