/** Everything that was dropped, with what lies in folders, in the order of their names. */
export async function filesIn(dropped: DataTransfer): Promise<readonly File[]> {
  // Entries can be asked for only while the drop is being told.
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const plain = [...dropped.files];
  if (!entries.some((entry) => entry?.isDirectory)) return plain;
  const found: File[] = [];
  for (const entry of entries) if (entry) found.push(...(await filesOf(entry)));
  // In a folder lies much that nobody meant, such as lists of thumbnails.
  return found.filter(({ name }) => /\.(png|jpe?g|webp|json)$/i.test(name));
}

async function filesOf(entry: FileSystemEntry): Promise<readonly File[]> {
  if (entry.isFile)
    return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: File[] = [];
  // A reader gives a hundred at a time, and nothing at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    const sorted = some.sort((a, b) => a.name.localeCompare(b.name));
    for (const inner of sorted) found.push(...(await filesOf(inner)));
  }
}
