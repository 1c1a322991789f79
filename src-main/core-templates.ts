import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Template } from './contract/calls.ts';
import { projectFolder } from './core-versions.ts';
import type { Json } from './model/json.ts';

/** The graphs that come with Kiln. */
export async function templates(): Promise<Template[]> {
  const folder = path.join(projectFolder(), 'graphs');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.kiln.json'));
  const found = await Promise.all(
    names.map(async (file): Promise<Template> => {
      const graph = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as { title?: string };
      const name = file.slice(0, -'.kiln.json'.length);
      return { name, title: graph.title ?? name, graph: graph as Json };
    }),
  );
  return found.sort((a, b) => a.title.localeCompare(b.title, 'en'));
}
