import type {
  CoreChoice,
  CoreChosen,
  CoreTried,
  KilnWindow,
  OpenedFile,
  Told,
} from '../../src-main/contract/desktop.ts';
import { openedPath } from '../../src-main/contract/desktop.ts';
import { unwrap } from '../../src-main/model/errors.ts';
import type { Digest, PackId } from '../../src-main/model/ids.ts';
import type { Language } from '../../src-main/texts/language.ts';

/** Which core this page works with, and what can be done about it. */
export interface Where {
  /** Whether the core refuses this page until it has the token. Asked when the connection is lost. */
  asksToken(): Promise<boolean>;
  /** Lets a person enter the token. */
  signIn(): void;
  /** The window around the page; null in a browser. */
  readonly desktop: Desktop | null;
}

/** What the desktop app does for its page. */
export interface Desktop {
  where(): Promise<CoreChosen>;
  /** Without problems the page begins anew, with that core. */
  choose(choice: CoreChoice): Promise<CoreTried>;
  /** What the window tells from now on, and what it had to tell before. */
  ready(language: Language, listener: (told: Told) => void): void;
  progress(share: number | null): void;
  /** Asks a person for a folder with packs; null when the dialog was closed. */
  chooseFolder(): Promise<OpenedFile | null>;
  /** Its packs can be used from now on. @throws AppError */
  addPacks(folder: OpenedFile): Promise<readonly PackId[]>;
  /** Shows a picture's file among the other files of its folder. @throws AppError */
  showPicture(digest: Digest): Promise<void>;
  /** A file that a person chose outside of the page; null when it cannot be read. */
  file(id: string, name: string): Promise<File | null>;
}

/** A page in a browser belongs to the server that it came from, which asks for the token before it gives the page. */
export function whereInBrowser(fetchIt: typeof fetch, reload: () => void): Where {
  return {
    async asksToken() {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetchIt('api/core.info', { method: 'POST', headers, body: '{}' }).catch(() => null);
      return answer?.status === 401;
    },
    signIn: reload,
    desktop: null,
  };
}

const tries = 4;
const waitMs = 250;

/** A window may refuse a page that it does not know yet. */
async function again<T>(call: () => Promise<T>, left = tries): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (left === 0) throw error;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    return again(call, left - 1);
  }
}

/** A page in a window may have its core anywhere. */
export function whereInWindow(kiln: KilnWindow, fetchIt: typeof fetch, showConnection: () => void): Where {
  return {
    async asksToken() {
      const { problems } = await kiln.call('core.probe', {});
      return problems.some(({ code }) => code === 'request.unauthorized');
    },
    signIn: showConnection,
    desktop: {
      where: () => again(() => kiln.call('core.where', {})),
      choose: (choice) => kiln.call('core.choose', choice),
      ready(language, listener) {
        kiln.onTold(listener);
        void again(() => kiln.call('window.ready', { language }));
      },
      progress: (share) => void kiln.call('window.progress', { share }),
      chooseFolder: () => kiln.call('folder.choose', {}),
      addPacks: async ({ id }) => unwrap(await kiln.call('packs.add', { id })),
      async showPicture(digest) {
        unwrap(await kiln.call('picture.show', { digest }));
      },
      async file(id, name) {
        const answer = await fetchIt(openedPath(id));
        return answer.ok ? new File([await answer.blob()], name) : null;
      },
    },
  };
}
