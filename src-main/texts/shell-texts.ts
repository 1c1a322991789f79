/** What the desktop app says outside of its page: menus and questions. */
export interface ShellTexts {
  readonly menus: Readonly<
    Record<
      | 'file'
      | 'newGraph'
      | 'open'
      | 'save'
      | 'connection'
      | 'quit'
      | 'edit'
      | 'undo'
      | 'redo'
      | 'cut'
      | 'copy'
      | 'paste'
      | 'selectAll'
      | 'view'
      | 'toggleView'
      | 'palette'
      | 'reload'
      | 'zoomIn'
      | 'zoomOut'
      | 'actualSize'
      | 'fullScreen'
      | 'devTools'
      | 'run'
      | 'runNow'
      | 'live'
      | 'pauseQueue'
      | 'help'
      | 'shortcuts'
      | 'about'
      | 'services'
      | 'hide'
      | 'window'
      | 'minimize',
      string
    >
  >;
  readonly openTitle: string;
  readonly openKinds: string;
  readonly folderTitle: string;
  readonly quit: {
    readonly message: (runs: number) => string;
    readonly detail: string;
    readonly background: string;
    readonly pause: string;
    readonly cancel: string;
  };
  readonly background: { readonly title: string; readonly body: (runs: number) => string };
  readonly pageCrashed: {
    readonly message: string;
    readonly detail: string;
    readonly reload: string;
    readonly quit: string;
  };
  readonly coreCrashed: {
    readonly message: string;
    readonly detail: (log: string) => string;
    readonly restart: string;
    readonly quit: string;
  };
  readonly cannotOpen: (name: string) => string;
}
