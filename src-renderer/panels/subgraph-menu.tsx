import { Combine, FolderInput, Split, Ungroup } from 'lucide-react';
import type { NodeId } from '../../src-main/model/ids.ts';
import type { AreaOf } from '../session/ground.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import * as subgraphs from '../session/subgraph-commands.ts';
import { MenuItem, MenuSeparator } from './menu.tsx';
import { useTexts } from './place.tsx';

/** What can be done with subgraphs where the menu of a node is open. */
export function SubgraphItems({ open, areaOf, node }: { open: OpenGraph; areaOf: AreaOf; node: NodeId }) {
  const { texts } = useTexts();
  const said = texts.subgraphs;
  const isSubgraph = subgraphs.subgraphAt(open, node) !== null;
  if (!isSubgraph && !subgraphs.canMakeSubgraph(open)) return null;
  return (
    <>
      <MenuSeparator />
      {isSubgraph && (
        <MenuItem icon={FolderInput} onSelect={() => void subgraphs.enter(open, node)}>
          {said.enter}
        </MenuItem>
      )}
      <MenuItem icon={Combine} onSelect={() => subgraphs.makeSubgraph(open, said.title, areaOf)}>
        {said.make}
      </MenuItem>
      {isSubgraph && (
        <MenuItem icon={Ungroup} onSelect={() => subgraphs.unpack(open)}>
          {said.unpack}
        </MenuItem>
      )}
      {isSubgraph && subgraphs.isShared(open, node) && (
        <MenuItem icon={Split} onSelect={() => subgraphs.makeIndependent(open)}>
          {said.independent}
        </MenuItem>
      )}
    </>
  );
}

/** The same beside the fields of a subgraph's node. */
export function SubgraphActions({ open, node }: { open: OpenGraph; node: NodeId }) {
  const { texts } = useTexts();
  const said = texts.subgraphs;
  if (subgraphs.subgraphAt(open, node) === null) return null;
  return (
    <div className="subgraph-actions">
      <button type="button" className="quiet-button" onClick={() => void subgraphs.enter(open, node)}>
        <FolderInput size={16} aria-hidden />
        {said.enter}
      </button>
      {subgraphs.isShared(open, node) && (
        <button type="button" className="quiet-button" onClick={() => subgraphs.makeIndependent(open)}>
          <Split size={16} aria-hidden />
          {said.independent}
        </button>
      )}
    </div>
  );
}
