import { LayoutDashboard, Maximize, Plus, Redo2, Undo2, ZoomIn, ZoomOut } from 'lucide-react';
import { type ClipboardEvent, useCallback, useEffect, useRef, useState } from 'react';
import type { Digest, NodeId } from '../../src-main/model/ids.ts';
import { type GraphView, graphView, type LooseEnd } from '../canvas/graph-view.ts';
import { statusesOf } from '../canvas/status.ts';
import * as commands from '../session/graph-commands.ts';
import { typeAt } from '../session/new-node.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { runToShow } from '../session/runs-here.ts';
import { pasteHoldsItself } from '../session/subgraph-commands.ts';
import { Breadcrumb } from './breadcrumb.tsx';
import { copyText } from './copy-text.ts';
import { graphCommands, graphKey } from './graph-keys.ts';
import { IconButton } from './icon-button.tsx';
import { wordsOfType } from './level.ts';
import { type MenuAt, NodeMenu } from './node-menu.tsx';
import { NodePalette } from './node-palette.tsx';
import { useCell, usePlace, useTexts } from './place.tsx';
import { ProblemsButton } from './problems-button.tsx';
import { useCommands } from './use-commands.ts';
import { ValuePopover } from './value-popover.tsx';

interface Adding {
  /** Where the node goes, in graph units, and where the palette opens, in pixels of the panel. */
  readonly to: readonly [number, number];
  readonly at: readonly [number, number];
  readonly loose: LooseEnd | null;
}

interface Editing {
  readonly node: NodeId;
  readonly input: string;
  readonly box: { readonly left: number; readonly top: number; readonly width: number };
}

/** The graph itself, to look at and to work on. */
export function GraphPanel({ open }: { open: OpenGraph }) {
  const { studio, files } = usePlace();
  const { texts, language } = useTexts();
  const { theme, contrast } = useCell(studio.preferences.state);
  const around = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [view, setView] = useState<GraphView | null>(null);
  const [adding, setAdding] = useState<Adding | null>(null);
  const [editing, setEditing] = useState<Editing | null>(null);
  const [menu, setMenu] = useState<MenuAt | null>(null);
  const runs = useCell(studio.runs);
  const { problems } = useCell(open.form);
  const run = runToShow(runs, ({ graphId }) => graphId === open.base.id);

  useEffect(() => {
    const [element, panel] = [canvas.current, around.current];
    if (!element || !panel) return;
    const inPanel = (x: number, y: number): readonly [number, number] => {
      const { left, top } = panel.getBoundingClientRect();
      return [x - left, y - top];
    };
    const made = graphView({
      element,
      open,
      addresses: {
        image: (digest) => files.imageAddress(digest as Digest),
        blob: (digest) => files.blobAddress(digest as Digest),
      },
      onEdit(node, input, box) {
        const [left, top] = inPanel(box.left, box.top);
        const { width, height } = panel.getBoundingClientRect();
        setEditing({
          node,
          input,
          box: { left: Math.max(8, Math.min(left, width - 276)), top: Math.min(top, height - 160), width: box.width },
        });
      },
      onPalette: (to, page, loose) => setAdding({ to, at: inPanel(page.clientX, page.clientY), loose }),
      onMenu(node, page) {
        if (node !== null && !open.selection.get().has(node)) open.selection.set(new Set([node]));
        setMenu({ at: inPanel(page.clientX, page.clientY), node, link: null });
      },
      onLink: (link, page) => setMenu({ at: inPanel(page.clientX, page.clientY), node: null, link }),
    });
    setView(made);
    const watch = new ResizeObserver(made.resize);
    watch.observe(panel);
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', made.readTheme);
    return () => {
      watch.disconnect();
      dark.removeEventListener('change', made.readTheme);
      made.close();
      setView(null);
    };
  }, [open, files]);

  useEffect(() => view?.setStatuses(statusesOf(run, problems, open)), [view, run, problems, open]);
  useEffect(() => {
    view?.setWords({
      nodeOf: (type) => wordsOfType(open, type, texts, language),
      titles: texts.graphWords,
      say: texts.graph,
    });
  }, [view, open, language, texts]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours.
  useEffect(() => {
    const frame = requestAnimationFrame(() => view?.readTheme());
    return () => cancelAnimationFrame(frame);
  }, [view, theme, contrast]);

  const focus = useCallback(() => canvas.current?.focus(), []);
  const closeEditor = useCallback(() => {
    setEditing(null);
    focus();
  }, [focus]);
  const closePalette = useCallback(() => setAdding(null), []);
  const openPalette = useCallback(() => {
    const { width = 0, height = 0 } = around.current?.getBoundingClientRect() ?? {};
    setAdding({
      to: commands.placeBeside(open) ?? view?.middle() ?? [0, 0],
      at: [width / 2 - 160, Math.max(16, height / 2 - 200)],
      loose: null,
    });
  }, [view, open]);
  const inspect = (): void =>
    document
      .querySelector<HTMLElement>('.graph-columns > .form :is(select, input:not([type=range]), textarea)')
      ?.focus();
  const arrange = (): void => {
    commands.arrange(open, (id) => view?.sizeOf(id) ?? null);
    view?.frame();
  };
  const subgraphTitle = texts.subgraphs.title;
  useCommands(view && graphCommands({ open, view, palette: openPalette, inspect, arrange, subgraphTitle }));
  // Going into a subgraph and out of it, the keyboard stays on the graph.
  useEffect(() => {
    if (view && document.activeElement === document.body) canvas.current?.focus();
  }, [view]);
  const copy = (event?: ClipboardEvent): void => {
    const text = commands.copyText(open);
    if (!text) return;
    if (event) event.clipboardData.setData('text/plain', text);
    else void studio.notices.attempt(() => copyText(text));
    event?.preventDefault();
  };
  const paste = (event: ClipboardEvent): void => {
    if (event.target !== canvas.current || event.clipboardData.files.length > 0) return;
    event.preventDefault();
    const [x, y] = view?.pointer() ?? [0, 0];
    const text = event.clipboardData.getData('text/plain');
    if (pasteHoldsItself(open, text)) studio.notices.say(({ subgraphs }) => subgraphs.circle);
    else if (!commands.pasteText(open, text, [x, y])) studio.notices.say(({ graph }) => graph.pasteNothing);
  };

  const looseType = adding?.loose ? typeAt(open.graph.get(), open.specs, adding.loose) : null;
  return (
    <section
      className="graph-panel"
      aria-label={texts.graph.heading}
      onCopy={(event) => event.target === canvas.current && copy(event)}
      onCut={(event) => {
        if (event.target !== canvas.current) return;
        copy(event);
        commands.remove(open);
      }}
      onPaste={paste}
    >
      <div ref={around} className="graph-canvas">
        <canvas
          ref={canvas}
          tabIndex={0}
          aria-label={texts.graph.canvasHelp}
          onContextMenu={(event) => event.preventDefault()}
          onKeyDown={(event) => {
            if (view && graphKey(event, open, view)) event.preventDefault();
          }}
        />
      </div>
      <Breadcrumb open={open} onLeave={focus} />
      {view && <Tools open={open} view={view} onAdd={openPalette} onArrange={arrange} />}
      {editing && (
        <ValuePopover key={`${editing.node}.${editing.input}`} open={open} {...editing} onClose={closeEditor} />
      )}
      {adding && (
        <NodePalette
          open={open}
          only={adding.loose && looseType ? { type: looseType, isOutput: adding.loose.isOutput } : null}
          at={clampedTo(around.current, adding.at)}
          onChoose={(spec) => {
            commands.add(open, spec, [Math.round(adding.to[0]), Math.round(adding.to[1])], adding.loose);
            setAdding(null);
            view?.reveal(open.selection.get());
            focus();
          }}
          onClose={() => {
            closePalette();
            focus();
          }}
        />
      )}
      {menu && (
        <NodeMenu
          open={open}
          menu={menu}
          onAdd={openPalette}
          onFit={() => view?.frame()}
          onArrange={arrange}
          onCopy={() => copy()}
          onClose={() => {
            setMenu(null);
            focus();
          }}
        />
      )}
    </section>
  );
}

/** So that a palette of 320 by 400 pixels is all in the panel. */
function clampedTo(panel: HTMLElement | null, [x, y]: readonly [number, number]): readonly [number, number] {
  const { width = 0, height = 0 } = panel?.getBoundingClientRect() ?? {};
  return [Math.max(8, Math.min(x, width - 328)), Math.max(8, Math.min(y, height - 408))];
}

interface ToolsProps {
  readonly open: OpenGraph;
  readonly view: GraphView;
  readonly onAdd: () => void;
  readonly onArrange: () => void;
}

function Tools({ open, view, onAdd, onArrange }: ToolsProps) {
  const { texts } = useTexts();
  const { undo, redo } = useCell(open.history.undoable);
  return (
    <div className="graph-tools" role="toolbar" aria-label={texts.graph.heading}>
      <IconButton icon={Plus} label={`${texts.graph.addNode} (Tab)`} onClick={onAdd} />
      <span className="tool-gap" />
      <IconButton icon={Undo2} label={texts.graph.undo} disabled={undo === null} onClick={open.history.undo} />
      <IconButton icon={Redo2} label={texts.graph.redo} disabled={redo === null} onClick={open.history.redo} />
      <span className="tool-gap" />
      <IconButton icon={ZoomOut} label={texts.graph.zoomOut} onClick={() => view.zoom(1 / 1.2)} />
      <IconButton icon={ZoomIn} label={texts.graph.zoomIn} onClick={() => view.zoom(1.2)} />
      <IconButton icon={Maximize} label={texts.graph.fit} onClick={() => view.frame()} />
      <IconButton icon={LayoutDashboard} label={texts.graph.arrange} onClick={onArrange} />
      <ProblemsButton open={open} view={view} />
    </div>
  );
}
