/** Commands by their names, for menus, the palette and the sheet of shortcuts. */
export interface CommandTexts {
  readonly heading: string;
  readonly search: string;
  readonly nothing: string;
  readonly sheet: string;
  readonly groups: Readonly<Record<'run' | 'file' | 'view' | 'panel' | 'graph' | 'mouse', string>>;
  /** What the mouse does on the graph, and how. */
  readonly mouse: readonly (readonly [what: string, how: string])[];
  readonly names: {
    readonly 'run.start': string;
    readonly 'run.live': string;
    readonly 'run.grid': string;
    readonly 'queue.togglePause': string;
    readonly 'file.new': string;
    readonly 'file.open': string;
    readonly 'file.save': string;
    readonly 'file.saveAs': string;
    readonly 'file.close': string;
    readonly 'file.next': string;
    readonly 'file.previous': string;
    readonly 'graph.undo': string;
    readonly 'graph.redo': string;
    readonly 'view.toggle': string;
    readonly 'palette.open': string;
    readonly 'shortcuts.show': string;
    readonly 'panel.create': string;
    readonly 'panel.library': string;
    readonly 'panel.queue': string;
    readonly 'panel.gallery': string;
    readonly 'panel.models': string;
    readonly 'panel.devices': string;
    readonly 'panel.monitor': string;
    readonly 'panel.settings': string;
    readonly 'graph.add': string;
    readonly 'graph.inspect': string;
    readonly 'graph.selectAll': string;
    readonly 'graph.duplicate': string;
    readonly 'graph.mute': string;
    readonly 'graph.bypass': string;
    readonly 'graph.collapse': string;
    readonly 'graph.remove': string;
    readonly 'graph.fit': string;
    readonly 'graph.fitSelection': string;
    readonly 'graph.zoomIn': string;
    readonly 'graph.zoomOut': string;
    readonly 'graph.rename': string;
    readonly 'graph.group': string;
    readonly 'graph.ungroup': string;
    readonly 'graph.note': string;
    readonly 'graph.snap': string;
    readonly 'graph.minimap': string;
    readonly 'graph.alignLeft': string;
    readonly 'graph.alignCentre': string;
    readonly 'graph.alignRight': string;
    readonly 'graph.alignTop': string;
    readonly 'graph.alignMiddle': string;
    readonly 'graph.alignBottom': string;
    readonly 'graph.spreadAcross': string;
    readonly 'graph.spreadDown': string;
    readonly 'graph.menu': string;
    readonly 'graph.arrange': string;
    readonly 'graph.makeSubgraph': string;
    readonly 'graph.unpack': string;
    readonly 'graph.enter': string;
    readonly 'graph.leave': string;
  };
}

export type CommandName = keyof CommandTexts['names'];

/** The parts of the studio. */
export interface PanelTexts {
  readonly heading: string;
  readonly names: Readonly<
    Record<'create' | 'library' | 'queue' | 'gallery' | 'models' | 'devices' | 'monitor' | 'settings', string>
  >;
}

/** Graphs and node types to begin with. */
export interface LibraryTexts {
  readonly search: string;
  readonly nothing: string;
  readonly nodeTypes: string;
  readonly add: (title: string) => string;
  readonly added: (title: string) => string;
  readonly nodes: (count: number) => string;
  readonly takes: string;
  readonly gives: string;
}
