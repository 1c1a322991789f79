import { type ClipboardEvent, useCallback, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Digest, NodeId } from '../../src-main/model/ids.ts';
import { graphView } from '../canvas/graph-view.ts';
import { statusesOf } from '../canvas/status.ts';
import type { Box, GraphView, LooseEnd, Pointed, Trouble, Writing } from '../canvas/view.ts';
import * as commands from '../session/graph-commands.ts';
import { addNote, groupSelection } from '../session/ground.ts';
import { isMarked, take } from '../session/mark.ts';
import { wordsOfType } from '../session/names.ts';
import { typeAt } from '../session/new-node.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { runToShow } from '../session/runs-here.ts';
import { pasteHoldsItself } from '../session/subgraph-commands.ts';
import { Breadcrumb } from './breadcrumb.tsx';
import { copyText } from './copy-text.ts';
import { useFileDrop } from './graph-drop.ts';
import { graphCommands, graphKey } from './graph-keys.ts';
import { GraphMinimap } from './graph-minimap.tsx';
import { refusalText } from './graph-refusals.ts';
import { GraphTools } from './graph-tools.tsx';
import { InPlace } from './in-place.tsx';
import { type MenuAt, NodeMenu } from './node-menu.tsx';
import { NodePalette } from './node-palette.tsx';
import { useCell, usePlace, useTexts } from './place.tsx';
import { TroubleCard } from './trouble-card.tsx';
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

interface Written {
  readonly what: Writing;
  readonly box: Box;
  readonly scale: number;
}

/** Half of a note, so that a new one comes to lie around a place. */
const aroundNote: readonly [number, number] = [120, 68];

/** The graph itself, to look at and to work on. */
export function GraphPanel({ open }: { open: OpenGraph }) {
  const { studio, files } = usePlace();
  const { texts, language } = useTexts();
  const { theme, contrast, snap, minimap } = useCell(studio.preferences.state);
  const around = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [view, setView] = useState<GraphView | null>(null);
  const [adding, setAdding] = useState<Adding | null>(null);
  const [editing, setEditing] = useState<Editing | null>(null);
  const [menu, setMenu] = useState<MenuAt | null>(null);
  const [writing, setWriting] = useState<Written | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
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
      onMenu(pointed, page) {
        if (pointed.kind === 'node' && !open.selection.get().has(pointed.id)) open.selection.set(new Set([pointed.id]));
        if (pointed.kind === 'mark' && !isMarked(open.marked.get(), pointed.mark)) take(open, pointed.mark);
        setMenu({ at: inPanel(page.clientX, page.clientY), pointed });
      },
      onWrite(what) {
        const place = made.placeOf(what);
        if (!place) return;
        const [left, top] = inPanel(place.box.left, place.box.top);
        setWriting({ what, scale: place.scale, box: { ...place.box, left, top } });
      },
      onRefused: (why) => studio.notices.say((said) => refusalText(said, why, open, studio.preferences)),
      onTrouble: (found) => {
        const [left, top] = found ? inPanel(found.box.left, found.box.top) : [0, 0];
        setTrouble(found && { ...found, box: { ...found.box, left, top } });
      },
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
  }, [open, files, studio]);

  useEffect(() => view?.setStatuses(statusesOf(run, problems, open)), [view, run, problems, open]);
  useEffect(() => {
    view?.setWords({
      nodeOf: (type) => wordsOfType(open, type, texts, language),
      titles: texts.graphWords,
      say: texts.graph,
      noteEmpty: texts.canvas.noteEmpty,
    });
  }, [view, open, language, texts]);
  useEffect(() => view?.setSnap(snap), [view, snap]);
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
  const inspect = (): void => {
    flushSync(() => studio.preferences.change({ side: 'inspector' }));
    document.querySelector<HTMLElement>('.side :is(select, input:not([type=range]), textarea)')?.focus();
  };
  const arrange = (): void => {
    commands.arrange(open, areaOf);
    view?.frame();
  };
  const write = (what: Writing | null): void => {
    const place = what && view?.placeOf(what);
    const panel = around.current?.getBoundingClientRect();
    if (!place || !panel) return;
    const { left, top } = place.box;
    setWriting({ what, scale: place.scale, box: { ...place.box, left: left - panel.left, top: top - panel.top } });
  };
  const note = (at: readonly [number, number] = view?.middle() ?? [0, 0]): void =>
    write(addNote(open, [at[0] - aroundNote[0], at[1] - aroundNote[1]]));
  const group = (): void => write(view && groupSelection(open, texts.canvas.newGroup, view.areaOf));
  const openMenu = (): void => {
    const [only] = open.selection.get();
    const [mark] = open.marked.get();
    const middle = view?.middle() ?? [0, 0];
    const pointed: Pointed = only
      ? { kind: 'node', id: only }
      : mark
        ? { kind: 'mark', mark }
        : { kind: 'nothing', at: middle };
    const place = pointed.kind === 'nothing' ? null : view?.placeOf(only ? { kind: 'node', id: only } : mark!);
    const { left = 0, top = 0, width = 0, height = 0 } = around.current?.getBoundingClientRect() ?? {};
    const at = place
      ? ([place.box.left - left + 24, place.box.top - top + 24] as const)
      : ([width / 2, height / 2] as const);
    setMenu({ at, pointed });
  };
  useCommands(
    view &&
      graphCommands({
        open,
        view,
        palette: openPalette,
        inspect,
        arrange,
        subgraphTitle: texts.subgraphs.title,
        write,
        group,
        note: () => note(),
        menu: openMenu,
        toggle: (name) => studio.preferences.change({ [name]: !studio.preferences.state.get()[name] }),
      }),
  );
  // Going into a subgraph and out of it, the keyboard stays on the graph.
  useEffect(() => {
    if (view && document.activeElement === document.body) canvas.current?.focus();
  }, [view]);
  const areaOf = (id: NodeId) => view?.areaOf(id) ?? null;
  const copy = (event?: ClipboardEvent): void => {
    const text = commands.copyText(open, areaOf);
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

  const drop = useFileDrop(open, view);
  const looseType = adding?.loose ? typeAt(open.graph.get(), open.specs, adding.loose) : null;
  return (
    <section
      className="graph-panel"
      aria-label={texts.graph.heading}
      onCopy={(event) => event.target === canvas.current && copy(event)}
      onCut={(event) => {
        if (event.target !== canvas.current) return;
        copy(event);
        commands.cut(open, areaOf);
      }}
      onPaste={paste}
    >
      <div ref={around} className="graph-canvas" onWheel={() => writing && focus()}>
        <canvas
          ref={canvas}
          tabIndex={0}
          aria-label={texts.graph.canvasHelp}
          {...drop}
          onContextMenu={(event) => event.preventDefault()}
          onKeyDown={(event) => {
            if (view && graphKey(event, open, view)) event.preventDefault();
          }}
        />
      </div>
      <Breadcrumb open={open} onLeave={focus} />
      {view && minimap && <GraphMinimap open={open} view={view} />}
      {view && <GraphTools open={open} view={view} onAdd={openPalette} onNote={() => note()} onArrange={arrange} />}
      {writing && (
        <InPlace
          key={`${writing.what.kind} ${writing.what.id}`}
          open={open}
          {...writing}
          onClose={() => {
            setWriting(null);
            focus();
          }}
        />
      )}
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
      {trouble && <TroubleCard {...trouble} problems={[...problems, ...(run?.problems ?? [])]} />}
      {menu && view && (
        <NodeMenu
          open={open}
          view={view}
          menu={menu}
          onAdd={openPalette}
          onNote={note}
          onWrite={write}
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
