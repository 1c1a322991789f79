// npm run size: non-blank lines of TypeScript by room.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';

const parents = ['src-main', 'src-renderer'];
const tops = ['nodes', 'bench', 'test'];

const folders = parents.flatMap((parent) => {
  if (!existsSync(path.join(root, parent))) return [];
  const entries = readdirSync(path.join(root, parent), { withFileTypes: true });
  const rooms = entries.filter((entry) => entry.isDirectory()).map((entry) => `${parent}/${entry.name}`);
  return [...rooms.sort(), parent];
});

const rows = [...folders, ...tops].flatMap((folder) => {
  const files = filesIn(path.join(root, folder), !parents.includes(folder));
  if (files.length === 0) return [];
  const lines = files.map(
    (file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '').length,
  );
  const room = parents.includes(folder) ? `${folder} (entries)` : folder;
  return [{ room, files: files.length, lines: lines.reduce((sum, n) => sum + n, 0), longest: Math.max(...lines) }];
});

const isTest = (row) => row.room === 'test';
const total = (name, some) => ({
  room: name,
  files: some.reduce((sum, row) => sum + row.files, 0),
  lines: some.reduce((sum, row) => sum + row.lines, 0),
  longest: Math.max(0, ...some.map((row) => row.longest)),
});
const table = [
  ...rows,
  total(
    'all but tests',
    rows.filter((row) => !isTest(row)),
  ),
];
const width = Math.max(...table.map((row) => row.room.length));
console.log(`${'room'.padEnd(width)}  files   lines  longest`);
for (const row of table) {
  const numbers = [String(row.files).padStart(5), String(row.lines).padStart(6), String(row.longest).padStart(7)];
  console.log(`${row.room.padEnd(width)}  ${numbers.join('  ')}`);
}

function filesIn(folder, deep) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return deep && entry.name !== 'data' ? filesIn(file, deep) : [];
    return /\.tsx?$/.test(entry.name) ? [file] : [];
  });
}
