import { ChevronRight, CornerLeftUp } from 'lucide-react';
import { subgraphsOn } from '../session/levels.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { leave } from '../session/subgraph-commands.ts';
import { IconButton } from './icon-button.tsx';
import { useCell, useTexts } from './place.tsx';

/** The way from the graph to the subgraph that is open, and back. */
export function Breadcrumb({ open, onLeave }: { open: OpenGraph; onLeave: () => void }) {
  const { texts } = useTexts();
  const graph = useCell(open.level([]).graph);
  const { path } = open.place;
  if (path.length === 0) return null;
  const titles = subgraphsOn(graph, path).map((id) => graph.subgraphs[id]!.title || texts.subgraphs.title);
  const root = (texts.graphWords[graph.title] ?? graph.title) || texts.top.untitled;
  const go = (to: number): void => {
    leave(open, to);
    onLeave();
  };
  return (
    <nav className="breadcrumb" aria-label={texts.subgraphs.path}>
      <IconButton icon={CornerLeftUp} label={texts.subgraphs.leave} onClick={() => go(path.length - 1)} />
      <ol>
        {[root, ...titles].map((title, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step of the path is where it stands.
          <li key={i}>
            {i > 0 && <ChevronRight size={14} aria-hidden />}
            {i < path.length ? (
              <button type="button" title={title} onClick={() => go(i)}>
                {title}
              </button>
            ) : (
              <span aria-current="location" title={title}>
                {title}
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
