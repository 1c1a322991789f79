import type { DesktopHandlers } from '../contract/desktop.ts';
import { failed, ok, type Problem, problem, problemsOfError } from '../model/errors.ts';
import type { CoreLink } from './core-link.ts';
import { openedFiles } from './opened-files.ts';

export interface DiskOptions {
  readonly core: () => Pick<CoreLink, 'disk'>;
  /** Asks a person for a folder; null when the dialog was closed. */
  readonly chooseFolder: () => Promise<string | null>;
  /** Shows a file in the system's own window of files. */
  readonly show: (file: string) => void;
}

type Disked = Pick<DesktopHandlers, 'folder.choose' | 'packs.add' | 'picture.show'>;

const elsewhere: Problem = problem('remote.elsewhere', {});

/** What a page may have done on this computer's disk. It names folders by the ids of a dialog, and pictures by their digests. */
export function diskHandlers({ core, chooseFolder, show }: DiskOptions): Disked {
  const folders = openedFiles();
  return {
    async 'folder.choose'() {
      const folder = await chooseFolder();
      return folder === null ? null : folders.add(folder);
    },
    async 'packs.add'({ id }) {
      const { disk } = core();
      const folder = folders.path(id);
      if (!disk) return failed([elsewhere]);
      if (folder === null) return failed([problem('folder.notChosen', {})]);
      try {
        return ok(await disk.addPacks(folder));
      } catch (error) {
        return failed(problemsOfError(error));
      }
    },
    async 'picture.show'({ digest }) {
      const { disk } = core();
      if (!disk) return failed([elsewhere]);
      const file = await disk.pictureFile(digest);
      if (file === null) return failed([problem('image.missing', { name: digest.slice(0, 8) })]);
      show(file);
      return ok(null);
    },
  };
}
