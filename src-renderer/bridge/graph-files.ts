/** Of the File System Access API, what Kiln uses; browsers without it lack the functions. */
interface FileHandle {
  readonly name: string;
  getFile(): Promise<File>;
  createWritable(): Promise<{ write(text: string): Promise<void>; close(): Promise<void>; abort(): Promise<void> }>;
}
interface Pickers {
  showOpenFilePicker?(options: object): Promise<readonly FileHandle[]>;
  showSaveFilePicker?(options: object): Promise<FileHandle>;
}

const types = [{ description: 'Kiln graph', accept: { 'application/json': ['.json'] } }];

const fileOf = (handle: FileHandle) => ({
  name: handle.name,
  bytes: async () => (await handle.getFile()).size,
  modified: async () => (await handle.getFile()).lastModified,
  read: async () => (await handle.getFile()).text(),
  // The browser writes beside the file and puts it in its place when it is closed.
  async write(text: string) {
    const stream = await handle.createWritable();
    try {
      await stream.write(text);
      await stream.close();
    } catch (error) {
      await stream.abort().catch(() => {});
      throw error;
    }
  },
});

/** Null where a person closed the dialog. */
const unlessAborted = (error: unknown): null => {
  if (error instanceof DOMException && error.name === 'AbortError') return null;
  throw error;
};

/** Files of a person's disk through the browser, which asks them for each. */
export function graphFiles(page: Pickers & Pick<Window, 'document'>) {
  return {
    canWrite: page.showSaveFilePicker !== undefined && page.showOpenFilePicker !== undefined,
    async open() {
      const handles = await page.showOpenFilePicker!({ types, multiple: true }).catch(unlessAborted);
      return handles?.map(fileOf) ?? null;
    },
    async chooseName(name: string) {
      const handle = await page.showSaveFilePicker!({ types, suggestedName: name }).catch(unlessAborted);
      return handle && fileOf(handle);
    },
    download(text: string, name: string) {
      const link = page.document.createElement('a');
      link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
      link.download = name;
      link.click();
      URL.revokeObjectURL(link.href);
    },
  };
}
