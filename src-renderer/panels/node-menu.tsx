import * as Dropdown from '@radix-ui/react-dropdown-menu';
import {
  Ban,
  CircleSlash2,
  Copy,
  CopyPlus,
  Group,
  LayoutDashboard,
  Maximize,
  Minimize2,
  Pencil,
  Plus,
  Scan,
  Spline,
  SquareDashedMousePointer,
  StickyNote,
  Trash2,
  Ungroup,
  Unlink,
  Waypoints,
} from 'lucide-react';
import { useRef } from 'react';
import { disconnect, setLooks } from '../../src-main/model/edits.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import type { GraphView, Pointed, Writing } from '../canvas/view.ts';
import * as commands from '../session/graph-commands.ts';
import { markedIn, recolor, removeMark, removeWithNodes } from '../session/ground.ts';
import { countTaken, type Mark } from '../session/mark.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { addPoint, removePoint, removePoints } from '../session/route.ts';
import { AlignMenu } from './align-menu.tsx';
import { MenuColors } from './color-swatches.tsx';
import { MenuItem, MenuSeparator } from './menu.tsx';
import { useStudio, useTexts } from './place.tsx';
import { SubgraphItems } from './subgraph-menu.tsx';

export interface MenuAt {
  /** In the panel's pixels. */
  readonly at: readonly [number, number];
  readonly pointed: Pointed;
}

interface Props {
  readonly open: OpenGraph;
  readonly view: GraphView;
  readonly menu: MenuAt;
  readonly onAdd: () => void;
  readonly onNote: (at: readonly [number, number]) => void;
  readonly onWrite: (what: Writing) => void;
  readonly onCopy: () => void;
  readonly onClose: () => void;
}

/** What can be done where the pointer was: with nodes, with a link, with a group or a note, with the graph. */
export function NodeMenu({ onNote, onWrite, ...others }: Props) {
  const { menu, onClose } = others;
  const { pointed } = menu;
  const { texts } = useTexts();
  // A closing menu gives the focus away, which would end any writing that had begun before.
  const next = useRef<(() => void) | null>(null);
  const later =
    <T,>(work: (given: T) => void) =>
    (given: T): void => {
      next.current = () => work(given);
    };
  const props: Props = { ...others, onNote: later(onNote), onWrite: later(onWrite) };
  return (
    <Dropdown.Root open modal={false} onOpenChange={(isOpen) => isOpen || onClose()}>
      <Dropdown.Trigger asChild>
        <button
          type="button"
          className="menu-anchor"
          tabIndex={-1}
          aria-label={texts.canvas.menu}
          style={{ left: menu.at[0], top: menu.at[1] }}
        />
      </Dropdown.Trigger>
      <Dropdown.Portal>
        <Dropdown.Content
          className="menu"
          align="start"
          collisionPadding={8}
          loop
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            next.current?.();
          }}
        >
          {pointed.kind === 'node' && <NodeItems {...props} id={pointed.id} />}
          {pointed.kind === 'mark' && <MarkItems {...props} mark={pointed.mark} />}
          {pointed.kind === 'link' && <LinkItems {...props} link={pointed} />}
          {pointed.kind === 'nothing' && <GraphItems {...props} at={pointed.at} />}
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  );
}

function NodeItems({ open, view, id, onCopy, onWrite }: Props & { id: NodeId }) {
  const studio = useStudio();
  const { texts } = useTexts();
  const said = texts.graph;
  const ids = [...open.selection.get()];
  const color = open.graph.get().nodes[id]?.color ?? null;
  return (
    <>
      <MenuItem icon={Pencil} onSelect={() => onWrite({ kind: 'node', id })}>
        {texts.canvas.rename}
      </MenuItem>
      <MenuItem icon={Copy} onSelect={onCopy}>
        {said.copy}
      </MenuItem>
      <MenuItem icon={CopyPlus} onSelect={() => commands.duplicate(open, view.areaOf)}>
        {said.duplicate}
      </MenuItem>
      <MenuItem icon={Scan} onSelect={() => studio.commands.run('graph.fitSelection')}>
        {texts.canvas.fitSelection}
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={Group} onSelect={() => studio.commands.run('graph.group')}>
        {texts.canvas.group}
      </MenuItem>
      {ids.length > 1 && <AlignMenu count={ids.length} />}
      <MenuSeparator />
      <MenuItem icon={Minimize2} onSelect={() => commands.toggleCollapsed(open)}>
        {said.collapse}
      </MenuItem>
      <MenuItem icon={Ban} onSelect={() => commands.toggleMode(open, 'muted')}>
        {said.mute}
      </MenuItem>
      <MenuItem icon={CircleSlash2} onSelect={() => commands.toggleMode(open, 'bypassed')}>
        {said.bypass}
      </MenuItem>
      <MenuColors
        value={color}
        canBeNone
        onChoose={(next) => open.change('look', (draft) => setLooks(draft, ids, { color: next }))}
      />
      <SubgraphItems open={open} areaOf={view.areaOf} node={id} />
      <MenuSeparator />
      <MenuItem icon={Trash2} danger onSelect={() => commands.remove(open)}>
        {said.remove}
      </MenuItem>
    </>
  );
}

function MarkItems({ open, view, mark, onCopy, onWrite }: Props & { mark: Mark }) {
  const { texts } = useTexts();
  const said = texts.canvas;
  const isGroup = mark.kind === 'group';
  return (
    <>
      <MenuItem icon={Pencil} onSelect={() => onWrite(mark)}>
        {isGroup ? said.rename : said.editNote}
      </MenuItem>
      <MenuItem icon={Copy} onSelect={onCopy}>
        {texts.graph.copy}
      </MenuItem>
      <MenuItem icon={CopyPlus} onSelect={() => commands.duplicate(open, view.areaOf)}>
        {texts.graph.duplicate}
      </MenuItem>
      <MenuSeparator />
      <MenuColors
        value={markedIn(open.graph.get(), mark)?.color ?? null}
        canBeNone={false}
        onChoose={(color) => color && recolor(open, mark, color)}
      />
      <MenuSeparator />
      {countTaken(open) > 1 ? (
        <MenuItem icon={Trash2} danger onSelect={() => commands.remove(open)}>
          {texts.graph.remove}
        </MenuItem>
      ) : isGroup ? (
        <>
          <MenuItem icon={Ungroup} onSelect={() => removeMark(open, mark)}>
            {said.ungroup}
          </MenuItem>
          <MenuItem icon={Trash2} danger onSelect={() => removeWithNodes(open, mark.id, view.areaOf)}>
            {said.removeWithNodes}
          </MenuItem>
        </>
      ) : (
        <MenuItem icon={Trash2} danger onSelect={() => removeMark(open, mark)}>
          {said.removeNote}
        </MenuItem>
      )}
    </>
  );
}

function LinkItems({ open, link }: Props & { link: Extract<Pointed, { kind: 'link' }> }) {
  const { texts } = useTexts();
  const { id, index, isPoint, at } = link;
  const points = open.graph.get().links[id]?.via?.length ?? 0;
  return (
    <>
      {isPoint ? (
        <MenuItem icon={Waypoints} onSelect={() => removePoint(open, id, index)}>
          {texts.canvas.removePoint}
        </MenuItem>
      ) : (
        <MenuItem icon={Waypoints} onSelect={() => addPoint(open, id, index, at)}>
          {texts.canvas.addPoint}
        </MenuItem>
      )}
      {points > (isPoint ? 1 : 0) && (
        <MenuItem icon={Spline} onSelect={() => removePoints(open, id)}>
          {texts.canvas.removePoints}
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuItem icon={Unlink} danger onSelect={() => open.change('disconnect', (draft) => disconnect(draft, id))}>
        {texts.graph.removeLink}
      </MenuItem>
    </>
  );
}

function GraphItems({ open, at, onAdd, onNote }: Props & { at: readonly [number, number] }) {
  const studio = useStudio();
  const { texts } = useTexts();
  const said = texts.graph;
  return (
    <>
      <MenuItem icon={Plus} onSelect={onAdd}>
        {said.addNode}
      </MenuItem>
      <MenuItem icon={StickyNote} onSelect={() => onNote(at)}>
        {texts.canvas.addNote}
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={SquareDashedMousePointer} onSelect={() => commands.selectAll(open)}>
        {said.selectAll}
      </MenuItem>
      <MenuItem icon={LayoutDashboard} onSelect={() => studio.commands.run('graph.arrange')}>
        {said.arrange}
      </MenuItem>
      <MenuItem icon={Maximize} onSelect={() => studio.commands.run('graph.fit')}>
        {said.fit}
      </MenuItem>
    </>
  );
}
