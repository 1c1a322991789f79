interface Named {
  readonly name: string;
}

/** What browsers give for each thing that was dropped: a file, or a folder that is read some entries at a time. */
export interface DroppedEntry<F extends Named> extends Named {
  readonly isDirectory: boolean;
  readonly file?: (done: (file: F) => void, fail: (reason: unknown) => void) => void;
  readonly createReader?: () => {
    readEntries(done: (entries: DroppedEntry<F>[]) => void, fail: (reason: unknown) => void): void;
  };
}

/** Everything that was dropped, with what lies in folders, in the order of their names. */
export async function filesIn<F extends Named>(
  entries: readonly (DroppedEntry<F> | null)[],
  plain: readonly F[],
): Promise<readonly F[]> {
  if (!entries.some((entry) => entry?.isDirectory)) return plain;
  const found: F[] = [];
  for (const entry of entries) if (entry) found.push(...(await filesOf(entry)));
  // In a folder lies much that nobody meant, such as lists of thumbnails.
  return found.filter(({ name }) => /\.(png|jpe?g|webp|json)$/i.test(name));
}

async function filesOf<F extends Named>(entry: DroppedEntry<F>): Promise<readonly F[]> {
  if (!entry.isDirectory) return [await new Promise<F>((resolve, reject) => entry.file?.(resolve, reject))];
  const reader = entry.createReader!();
  const found: F[] = [];
  for (;;) {
    const some = await new Promise<DroppedEntry<F>[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    const sorted = some.sort((a, b) => a.name.localeCompare(b.name));
    for (const inner of sorted) found.push(...(await filesOf(inner)));
  }
}
