import {
  LayoutDashboard,
  Magnet,
  Map as MapIcon,
  Maximize,
  Plus,
  Redo2,
  StickyNote,
  Undo2,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import type { GraphView } from '../canvas/view.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { IconButton } from './icon-button.tsx';
import { useCell, useStudio, useTexts } from './place.tsx';
import { ProblemsButton } from './problems-button.tsx';

interface Props {
  readonly open: OpenGraph;
  readonly view: GraphView;
  readonly onAdd: () => void;
  readonly onNote: () => void;
  readonly onArrange: () => void;
}

/** What the mouse needs beside the canvas itself. */
export function GraphTools({ open, view, onAdd, onNote, onArrange }: Props) {
  const { preferences } = useStudio();
  const { snap, minimap } = useCell(preferences.state);
  const { texts } = useTexts();
  const { undo, redo } = useCell(open.history.undoable);
  return (
    <div className="graph-tools" role="toolbar" aria-label={texts.graph.heading}>
      <IconButton icon={Plus} label={`${texts.graph.addNode} (Tab)`} onClick={onAdd} />
      <IconButton icon={StickyNote} label={texts.canvas.addNote} onClick={onNote} />
      <span className="tool-gap" />
      <IconButton icon={Undo2} label={texts.graph.undo} disabled={undo === null} onClick={open.history.undo} />
      <IconButton icon={Redo2} label={texts.graph.redo} disabled={redo === null} onClick={open.history.redo} />
      <span className="tool-gap" />
      <IconButton icon={ZoomOut} label={texts.graph.zoomOut} onClick={() => view.zoom(1 / 1.2)} />
      <IconButton icon={ZoomIn} label={texts.graph.zoomIn} onClick={() => view.zoom(1.2)} />
      <IconButton icon={Maximize} label={texts.graph.fit} onClick={() => view.frame()} />
      <IconButton icon={LayoutDashboard} label={texts.graph.arrange} onClick={onArrange} />
      <span className="tool-gap" />
      <IconButton
        icon={Magnet}
        label={texts.canvas.snap}
        pressed={snap}
        onClick={() => preferences.change({ snap: !snap })}
      />
      <IconButton
        icon={MapIcon}
        label={texts.canvas.minimap}
        pressed={minimap}
        onClick={() => preferences.change({ minimap: !minimap })}
      />
      <ProblemsButton open={open} view={view} />
    </div>
  );
}
