import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, fail, failed, ok, problem, type Result } from '../model/errors.ts';
import type { Digest, PackId, PartKey } from '../model/ids.ts';
import type { PackFacts, PackListing, PackRef, PartFile } from '../model/pack.ts';
import type { Packs } from '../model/ports.ts';
import type { DigestCache } from './digest.ts';
import { families } from './families.ts';
import { marks, type OpenPack, openFolder } from './open-folder.ts';
import { isUnchanged } from './stamp.ts';
import { isWeightsFile, weightsProblem } from './weights-file.ts';

export interface LibraryOptions {
  /** Folders that hold packs, or are one. Of two packs with one name the earlier counts. */
  readonly folders: readonly string[];
  /** Further ones, asked for each time. */
  readonly kept?: () => Promise<readonly string[]>;
  /** Folders of textual inversions for all packs; a pack's own counts first. */
  readonly embeddings?: readonly string[];
  readonly cache: DigestCache;
  /** Whether `open` takes a path too. Not for names that come from elsewhere. */
  readonly takesPaths?: boolean;
}

interface Place {
  readonly name: string;
  readonly folder: string;
}

/** Packs in folders, opened once and again when a file of theirs changes. */
export function packLibrary({ folders, kept, embeddings, cache, takesPaths = false }: LibraryOptions): Packs {
  const places = async () => placesIn([...folders, ...((await kept?.()) ?? [])]);
  const byFolder = new Map<string, Promise<Result<OpenPack>>>();
  const byDigest = new Map<Digest, OpenPack>();
  const byPart = new Map<PartKey, PartFile>();

  const openAt = async (folder: string): Promise<Result<OpenPack>> => {
    const before = byFolder.get(folder);
    if (before !== undefined) {
      const opened = await before;
      if (opened.ok && (await isSame(opened.value))) return opened;
      // Another call may have begun to open it anew meanwhile.
      const now = byFolder.get(folder);
      if (now !== undefined && now !== before) return now;
    }
    const opening = openFolder(folder, cache, embeddings);
    byFolder.set(folder, opening);
    opening.catch(() => byFolder.delete(folder));
    const opened = await opening;
    if (opened.ok) {
      byDigest.set(opened.value.facts.ref.digest, opened.value);
      for (const file of opened.value.files) byPart.set(file.part.key, file);
    }
    return opened;
  };

  const placeOf = async (name: string): Promise<string | null> => {
    if (takesPaths && /[\\/]/.test(name))
      return (await (isWeightsFile(name) ? isFile(name) : isFolder(name))) ? path.resolve(name) : null;
    const all = await places();
    return all.find((place) => place.name === name)?.folder ?? (await firstOfFamily(name, all));
  };

  /** Where no pack has that name, it may be a family's: templates do not know what a person calls her folders. */
  const firstOfFamily = async (family: string, all: readonly Place[]): Promise<string | null> => {
    if (!families.some(({ name }) => name === family)) return null;
    for (const { folder } of all) {
      if (isWeightsFile(folder)) continue;
      const result = await openAt(folder);
      if (result.ok && result.value.facts.family === family) return folder;
    }
    return null;
  };

  const opened = (pack: PackRef): OpenPack =>
    byDigest.get(pack.digest) ?? fail('pack.missing', { pack: pack.packId, known: knownOf(byDigest) });

  return {
    async list(): Promise<readonly PackListing[]> {
      return Promise.all(
        (await places()).map(async ({ name, folder }) => {
          if (isWeightsFile(folder))
            return { packId: name as PackId, path: folder, facts: null, problems: [await weightsProblem(folder)] };
          const result = await openAt(folder);
          return {
            packId: name as PackId,
            path: folder,
            facts: result.ok ? result.value.facts : null,
            problems: result.ok ? [] : result.problems,
          };
        }),
      );
    },

    async open(name): Promise<Result<PackFacts>> {
      const folder = await placeOf(name);
      if (folder === null) {
        const known = (await places()).map((place) => place.name).join(', ');
        return failed([problem('pack.missing', { pack: name, known })]);
      }
      if (isWeightsFile(folder)) return failed([await weightsProblem(folder)]);
      const result = await openAt(folder);
      return result.ok ? ok(result.value.facts) : result;
    },

    facts: (pack) => opened(pack).facts,

    vocabulary: (pack) => opened(pack).vocabulary,

    file: (part) => byPart.get(part) ?? fail('pack.missing', { pack: part, known: knownOf(byDigest) }),

    tokenize(pack, text, options) {
      const { tokenize } = opened(pack);
      try {
        return tokenize(text, options);
      } catch (error) {
        if (error instanceof AppError) throw error;
        const reason = `its tokenizer is not understood (${error instanceof Error ? error.message : String(error)})`;
        const values = { pack: pack.packId, path: 'tokenizer', reason };
        throw new AppError(problem('pack.fileBroken', values), { cause: error });
      }
    },
  };
}

const knownOf = (packs: ReadonlyMap<Digest, OpenPack>): string =>
  [...new Set([...packs.values()].map(({ facts }) => facts.ref.packId))].join(', ');

const isFolder = async (folder: string): Promise<boolean> =>
  (await stat(folder).catch(() => null))?.isDirectory() ?? false;

const isFile = async (file: string): Promise<boolean> => (await stat(file).catch(() => null))?.isFile() ?? false;

const isSame = async ({ stamps }: OpenPack): Promise<boolean> =>
  (await Promise.all(stamps.map(isUnchanged))).every(Boolean);

/** The packs that a folder holds, or is. */
export const packsIn = async (folder: string): Promise<readonly PackId[]> =>
  (await placesIn([folder])).map(({ name }) => name as PackId);

/** Every folder that is or wants to be a pack, by name, each name once. */
async function placesIn(folders: readonly string[]): Promise<readonly Place[]> {
  const found = new Map<string, Place>();
  for (const folder of folders) {
    const inside = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const names = inside.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name);
    const candidates = [folder, ...names.sort().map((name) => path.join(folder, name))];
    const wanting = await Promise.all(candidates.map(wantsToBePack));
    candidates.forEach((candidate, i) => {
      const name = path.basename(path.resolve(candidate));
      if (wanting[i] && !found.has(name)) found.set(name, { name, folder: path.resolve(candidate) });
    });
    // Listed to say what they are: a person who put them there waits for them.
    for (const { name } of inside.filter((entry) => !entry.isDirectory() && isWeightsFile(entry.name)))
      if (!found.has(name)) found.set(name, { name, folder: path.resolve(folder, name) });
  }
  return [...found.values()];
}

const wantsToBePack = async (folder: string): Promise<boolean> =>
  (await Promise.all(marks.map((mark) => stat(path.join(folder, mark)).catch(() => null)))).some(
    (info) => info !== null,
  );
