import * as Dropdown from '@radix-ui/react-dropdown-menu';
import {
  Ban,
  CircleSlash2,
  Copy,
  CopyPlus,
  LayoutDashboard,
  Maximize,
  Minimize2,
  Plus,
  SquareDashedMousePointer,
  Trash2,
  Unlink,
} from 'lucide-react';
import { disconnect } from '../../src-main/model/edits.ts';
import type { LinkId, NodeId } from '../../src-main/model/ids.ts';
import * as commands from '../session/graph-commands.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { MenuItem, MenuSeparator } from './menu.tsx';
import { useTexts } from './place.tsx';
import { SubgraphItems } from './subgraph-menu.tsx';

export interface MenuAt {
  readonly at: readonly [number, number];
  readonly node: NodeId | null;
  readonly link: string | null;
}

interface Props {
  readonly open: OpenGraph;
  readonly menu: MenuAt;
  readonly onAdd: () => void;
  readonly onFit: () => void;
  readonly onArrange: () => void;
  readonly onCopy: () => void;
  readonly onClose: () => void;
}

/** What can be done where the pointer was: with nodes, with a link, with the graph. */
export function NodeMenu({ open, menu, onAdd, onFit, onArrange, onCopy, onClose }: Props) {
  const { texts } = useTexts();
  const said = texts.graph;
  const { link } = menu;
  return (
    <Dropdown.Root open modal={false} onOpenChange={(isOpen) => isOpen || onClose()}>
      <Dropdown.Trigger asChild>
        <span className="menu-anchor" style={{ left: menu.at[0], top: menu.at[1] }} />
      </Dropdown.Trigger>
      <Dropdown.Portal>
        <Dropdown.Content className="menu" align="start" collisionPadding={8} loop>
          {link !== null ? (
            <MenuItem
              icon={Unlink}
              danger
              onSelect={() => open.change('disconnect', (draft) => disconnect(draft, link as LinkId))}
            >
              {said.removeLink}
            </MenuItem>
          ) : menu.node !== null ? (
            <>
              <MenuItem icon={Copy} onSelect={onCopy}>
                {said.copy}
              </MenuItem>
              <MenuItem icon={CopyPlus} onSelect={() => commands.duplicate(open)}>
                {said.duplicate}
              </MenuItem>
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
              <SubgraphItems open={open} node={menu.node} />
              <MenuSeparator />
              <MenuItem icon={Trash2} danger onSelect={() => commands.remove(open)}>
                {said.remove}
              </MenuItem>
            </>
          ) : (
            <>
              <MenuItem icon={Plus} onSelect={onAdd}>
                {said.addNode}
              </MenuItem>
              <MenuSeparator />
              <MenuItem icon={SquareDashedMousePointer} onSelect={() => commands.selectAll(open)}>
                {said.selectAll}
              </MenuItem>
              <MenuItem icon={LayoutDashboard} onSelect={onArrange}>
                {said.arrange}
              </MenuItem>
              <MenuItem icon={Maximize} onSelect={onFit}>
                {said.fit}
              </MenuItem>
            </>
          )}
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  );
}
