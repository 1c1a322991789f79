import type { BrowserWindow, Dialog } from 'electron';
import type { ShellTexts } from '../texts/shell-texts.ts';

type Dialogs = Pick<Dialog, 'showOpenDialog' | 'showMessageBox'>;

/** Graph files and pictures that a person chooses. */
export async function chooseFiles(
  dialog: Dialogs,
  window: BrowserWindow,
  texts: ShellTexts,
): Promise<readonly string[]> {
  const { filePaths } = await dialog.showOpenDialog(window, {
    title: texts.openTitle,
    properties: ['openFile', 'multiSelections'],
    filters: [{ name: texts.openKinds, extensions: ['json', 'png'] }],
  });
  return filePaths;
}

/** A folder with packs; null when a person closed the dialog. */
export async function chooseFolder(dialog: Dialogs, window: BrowserWindow, texts: ShellTexts): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog(window, {
    title: texts.folderTitle,
    properties: ['openDirectory'],
  });
  return filePaths[0] ?? null;
}

export type QuitAnswer = 'background' | 'pause' | 'cancel';
const answers: readonly QuitAnswer[] = ['background', 'pause', 'cancel'];

/** What becomes of runs that are not done. */
export async function askQuit(
  dialog: Dialogs,
  window: BrowserWindow | null,
  runs: number,
  { quit }: ShellTexts,
): Promise<QuitAnswer> {
  const question = {
    type: 'question' as const,
    message: quit.message(runs),
    detail: quit.detail,
    buttons: [quit.background, quit.pause, quit.cancel],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  };
  const { response } = await (window ? dialog.showMessageBox(window, question) : dialog.showMessageBox(question));
  return answers[response] ?? 'cancel';
}
