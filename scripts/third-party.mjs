// npm run third-party: writes THIRD-PARTY.md, what Kiln is shipped with and under which terms. With --check it
// writes nothing and fails when the file is out of date. A licence that is not on the list below fails as well.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled } from './install.mjs';
import { root } from './paths.mjs';
import { main, SetupError } from './say.mjs';

const allowed = [
  'MIT',
  'MIT-0', // MIT without the duty to keep its notice
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  '0BSD',
  'BlueOak-1.0.0',
  'Python-2.0',
  'CC0-1.0',
  'Unlicense',
  'WTFPL',
];
/** Tools that never leave the checkout may also be under these. */
const allowedForTools = [...allowed, 'MPL-2.0', 'CC-BY-4.0', 'CC-BY-3.0'];
/** For packages without a licence file: the copyright line of their repository's. */
const holders = {
  'abstract-logging': 'Copyright (c) James Sumners',
  'onnxruntime-common': 'Copyright (c) Microsoft Corporation',
  'onnxruntime-node': 'Copyright (c) Microsoft Corporation',
  'react-remove-scroll-bar': 'Copyright (c) Anton Korzunov',
};
/** Packages that the page is bundled from: tools to npm, though what they hold is shipped in out/renderer. */
const bundled = [
  'react',
  'react-dom',
  '@radix-ui/react-dialog',
  '@radix-ui/react-dropdown-menu',
  '@radix-ui/react-tooltip',
  '@tanstack/react-virtual',
  'lucide-react',
  'litegraph.js',
  '@dagrejs/dagre',
  'cmdk',
  'tinykeys',
  'uplot',
];
const target = path.join(root, 'THIRD-PARTY.md');

await main(async () => {
  await ensureInstalled();
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const all = Object.entries(packages)
    .filter(([where]) => where !== '')
    .map(([where, facts]) => ({ where, name: where.split('node_modules/').at(-1), ...facts }));
  const inPage = reachedFrom(bundled, packages);
  const isShipped = ({ where, dev, devOptional }) => (!dev && !devOptional) || inPage.has(where);
  const refused = all.filter((one) => !isFine(one.license, isShipped(one) ? allowed : allowedForTools));
  if (refused.length > 0) {
    throw new SetupError(
      `licences to look at: ${refused.map(({ name, license }) => `${name} (${license ?? 'none'})`).join(', ')}`,
    );
  }
  const text = page(all.filter(isShipped).sort((a, b) => (a.where < b.where ? -1 : 1)));
  if (!process.argv.includes('--check')) writeFileSync(target, text);
  else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
    throw new SetupError('THIRD-PARTY.md is out of date; npm run third-party writes it');
  }
});

/** Where the packages lie that these need, themselves included. */
function reachedFrom(names, packages) {
  const reached = new Set();
  const visit = (name, from) => {
    const where = placeOf(name, from, packages);
    if (where === undefined || reached.has(where)) return;
    reached.add(where);
    for (const needed of Object.keys(packages[where].dependencies ?? {})) visit(needed, where);
  };
  for (const name of names) visit(name, '');
  return reached;
}

/** Node's rule: the nearest node_modules at or above the package that asks. */
function placeOf(name, from, packages) {
  for (let above = from; ; above = above.slice(0, Math.max(0, above.lastIndexOf('/node_modules/')))) {
    const where = above === '' ? `node_modules/${name}` : `${above}/node_modules/${name}`;
    if (packages[where]) return where;
    if (above === '') return undefined;
  }
}

/** "(A OR B)" is fine when one is, "A AND B" when both are. */
function isFine(license, list) {
  if (!license) return false;
  const plain = license.replace(/[()]/g, '');
  return plain.split(' OR ').some((choice) => choice.split(' AND ').every((one) => list.includes(one.trim())));
}

/** Packages for one platform say the same as the package that brings them, so they share its entry. */
function page(shipped) {
  const isPlatform = ({ os, cpu, optional }) => optional && (os || cpu);
  const entries = shipped.filter((one) => !isPlatform(one));
  const rows = entries.map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`);
  const binaries = shipped.filter(isPlatform).map(({ name, version, license }) => `* ${name} ${version} (${license})`);
  const parts = [
    '# Third-party software',
    'Kiln is shipped with the packages below. `npm run third-party` writes this page from what is installed.',
    ['| package | version | licence |', '|---|---|---|', ...rows].join('\n'),
    ...(binaries.length > 0 ? ['Their binaries, of which each machine gets its own:', binaries.join('\n')] : []),
    '## Licence texts',
    ...entries.map((one) => `### ${one.name} ${one.version}\n\n${textsOf(one)}`),
  ];
  return `${parts.join('\n\n')}\n`;
}

function textsOf({ where, name, license }) {
  const folder = path.join(root, where);
  const files = existsSync(folder)
    ? readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    : [];
  if (files.length === 0) return withoutFile(name, license, folder);
  return files
    .sort()
    .map((file) => readFileSync(path.join(folder, file), 'utf8').replace(/\r\n?/g, '\n').trim())
    .map((text) => `\`\`\`text\n${text.replaceAll('```', "'''")}\n\`\`\``)
    .join('\n\n');
}

/** MIT is one text, ours too; what differs is whose copyright it names. */
function withoutFile(name, license, folder) {
  const { repository } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const address = (repository?.url ?? repository ?? '').replace(/^git\+/, '').replace(/\.git$/, '');
  const holder = holders[name];
  if (license !== 'MIT' || !holder)
    throw new SetupError(`${name} holds no licence file; say in holders whose copyright it is`);
  const terms = readFileSync(path.join(root, 'LICENSE'), 'utf8').split('\n').slice(4).join('\n').trim();
  return `Source and the notices of what it contains: <${address}>\n\n\`\`\`text\nMIT License\n\n${holder}\n\n${terms}\n\`\`\``;
}
