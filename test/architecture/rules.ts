import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { cruise, type ICruiseResult, type IModule, type IRegularForbiddenRuleType } from 'dependency-cruiser';
import { code, emptyNames, files, knowCoreTypes, mostLines, owners, type Room, rooms } from './rooms.ts';

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** Matches a room's files, or one file. */
const within = (at: string) => (/\.tsx?$/.test(at) ? `^${literal(at)}$` : `^${literal(at)}/`);
const ours = `^(${code.join('|')})/`;

const pathsOf = (room: Room) =>
  room.imports === 'everything' ? [ours] : room.imports.map((name) => within((rooms[name] ?? files[name])!.at));
const forbid = (
  name: string,
  from: IRegularForbiddenRuleType['from'],
  to: IRegularForbiddenRuleType['to'],
): IRegularForbiddenRuleType => ({
  name,
  severity: 'error',
  from,
  to,
});

/** The tables as rules of dependency-cruiser. */
export const rules: readonly IRegularForbiddenRuleType[] = [
  ...Object.entries(rooms).flatMap(([name, room]) => {
    const entries = Object.values(files).map((file) => within(file.at));
    const from = { path: within(room.at), pathNot: entries };
    const coreTypes = knowCoreTypes.includes(name) ? [within(files.core!.at)] : [];
    return [
      forbid(`${name} imports only what it may`, from, {
        path: ours,
        pathNot: [within(room.at), ...pathsOf(room), ...coreTypes],
      }),
      ...(coreTypes.length > 0
        ? [
            forbid(`${name} knows the core by its types alone`, from, {
              path: coreTypes,
              dependencyTypesNot: ['type-only'],
            }),
          ]
        : []),
      ...(room.pure ? [forbid(`${name} imports no Node built-in`, from, { dependencyTypes: ['core'] })] : []),
    ];
  }),
  ...Object.entries(files).map(([name, file]) =>
    forbid(`${name} imports only what it may`, { path: within(file.at) }, { path: ours, pathNot: pathsOf(file) }),
  ),
  ...owners.flatMap(({ packages, may }) =>
    packages.map((name) =>
      forbid(
        `${name} has one owner`,
        { path: ours, pathNot: may.map((at) => `^${literal(at)}`) },
        { path: ['^', 'node_modules/', '@types/'].map((start) => `${start}${literal(name)}(/|$)`) },
      ),
    ),
  ),
  forbid(
    'a node imports no other node',
    { path: '^nodes/', pathNot: '^nodes/index\\.ts$' },
    { path: '^nodes/', dependencyTypesNot: ['core'] },
  ),
  forbid(
    'nobody imports an entry',
    { path: ours },
    {
      path: Object.values(files)
        .filter((file) => file !== files.core)
        .map((file) => within(file.at)),
    },
  ),
  forbid('nothing imports itself in a circle', { path: ours }, { circular: true }),
  forbid('every import leads somewhere', { path: ours }, { path: '^[./]', couldNotResolve: true }),
];

export interface Findings {
  readonly modulesSeen: number;
  /** "rule: from -> to", sorted. */
  readonly broken: readonly string[];
}

/** Checks every import below `base`, type imports too. */
export async function brokenArrows(base: string): Promise<Findings> {
  const present = code.filter((folder) => existsSync(path.join(base, folder)));
  const { output } = await cruise(present, {
    baseDir: base,
    validate: true,
    ruleSet: { forbidden: [...rules] },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'], exportsFields: ['exports'] },
  });
  const result = output as ICruiseResult;
  const seen = result.modules.filter((module) => code.some((folder) => module.source.startsWith(`${folder}/`)));
  const broken = result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
  return { modulesSeen: seen.length, broken: [...broken, ...seen.flatMap(withoutExtension)].sort() };
}

/** Plain Node runs the same sources as the bundler, and it guesses no extensions. */
function withoutExtension({ source, dependencies }: IModule): string[] {
  return dependencies
    .filter((dependency) => dependency.module.startsWith('.') && !/\.\w+(\?.*)?$/.test(dependency.module))
    .map((dependency) => `a relative import ends in .ts: ${source} -> ${dependency.module}`);
}

/** A root that would have several subjects is several files beside one another, named `root-subject`. */
const partOf = /^src-main\/(core|cli|desktop)-[a-z-]+\.ts$/;

/** Folders outside the list of rooms, names that say no subject, files that have two. */
export function brokenForm(base: string): string[] {
  const broken: string[] = [];
  const known = new Set([...Object.values(rooms), ...Object.values(files)].map((room) => room.at));
  for (const top of ['src-main', 'src-renderer']) {
    for (const entry of existsSync(path.join(base, top)) ? readdirSync(path.join(base, top)) : []) {
      const at = `${top}/${entry}`;
      // Style sheets lie together, and are no code.
      const isStyles = at === 'src-renderer/styles';
      const isCode = (statSync(path.join(base, at)).isDirectory() && !isStyles) || /\.tsx?$/.test(entry);
      if (isCode && !known.has(at) && !partOf.test(at)) broken.push(`there is no room ${at}`);
    }
  }
  for (const file of code.flatMap((top) => codeFiles(base, top))) {
    const name = path.posix.basename(file).replace(/\.tsx?$/, '');
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) broken.push(`${file}: file names are kebab-case`);
    if (
      file.split('/').some((part) =>
        emptyNames.includes(
          part
            .replace(/\.tsx?$/, '')
            .split('-')
            .at(-1)!,
        ),
      )
    )
      broken.push(`${file}: the name says no subject`);
    const lines = readFileSync(path.join(base, file), 'utf8').trimEnd().split('\n').length;
    if (lines > mostLines) broken.push(`${file}: ${lines} lines are two subjects (at most ${mostLines})`);
  }
  return broken.sort();
}

function codeFiles(base: string, top: string): string[] {
  if (!existsSync(path.join(base, top))) return [];
  return readdirSync(path.join(base, top), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => path.posix.join(top, file.split(path.sep).join('/')));
}
