import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** Of several variants of one graph, those that run everywhere first. */
const preferred = ['', 'fp32', 'fp16', 'f16', 'quantized', 'int8', 'uint8', 'q8', 'q4f16', 'q4'];

/**
 * Files that may hold a part, the wanted one first: `model.onnx` in its folder with its variants `model_fp16.onnx` …, or
 * `onnx/FOLDER_model.onnx` with its own, as webnn's packs have them. The plain name is there even where no file is.
 */
export async function modelFilesIn(pack: string, folder: string, variant: string | null): Promise<readonly string[]> {
  const [own, shared] = await Promise.all([
    variantsIn(path.join(pack, folder), 'model'),
    variantsIn(path.join(pack, 'onnx'), `${folder}_model`),
  ]);
  const rank = ({ name }: { name: string }) => {
    const known = preferred.indexOf(name);
    return name === variant ? -1 : known < 0 ? preferred.length : known;
  };
  const found = [...own, ...shared].sort((a, b) => rank(a) - rank(b));
  return found.length > 0 ? found.map(({ file }) => file) : [path.join(pack, folder, 'model.onnx')];
}

async function variantsIn(folder: string, stem: string): Promise<readonly { name: string; file: string }[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names.sort().flatMap((name) => {
    if (!name.startsWith(stem) || !name.endsWith('.onnx')) return [];
    const rest = name.slice(stem.length, -'.onnx'.length);
    return rest === '' || rest.startsWith('_') ? [{ name: rest.slice(1), file: path.join(folder, name) }] : [];
  });
}
