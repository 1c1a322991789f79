import type { Graph } from '../../src-main/model/graph.ts';
import type { NodeSpecs } from '../../src-main/model/node-spec.ts';

const width = 200;
const heightOf = (rows: number): number => 40 + 20 * rows;

/** A graph as small boxes and lines: enough to know one again. */
export function GraphSketch({ graph, specs }: { graph: Graph; specs: NodeSpecs }) {
  const boxes = Object.values(graph.nodes).map(({ id, type, at: [x, y] }) => {
    const spec = specs.get(type);
    const rows = Object.keys(spec?.inputs ?? {}).length + (spec?.sink ? 8 : 0);
    return { id, x, y, height: heightOf(Math.max(rows, Object.keys(spec?.outputs ?? {}).length)) };
  });
  if (boxes.length === 0) return null;
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const [left, top] = [Math.min(...boxes.map(({ x }) => x)), Math.min(...boxes.map(({ y }) => y))];
  const right = Math.max(...boxes.map(({ x }) => x + width));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  return (
    <svg
      className="graph-sketch"
      viewBox={`${left - 40} ${top - 40} ${right - left + 80} ${bottom - top + 80}`}
      aria-hidden
      role="presentation"
    >
      {Object.values(graph.links).map(({ id, from, to }) => {
        const [a, b] = [byId.get(from.node), byId.get(to.node)];
        if (!a || !b) return null;
        const [x1, y1, x2, y2] = [a.x + width, a.y + 30, b.x, b.y + 30];
        const bend = Math.max(40, Math.abs(x2 - x1) / 2);
        return <path key={id} d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`} />;
      })}
      {boxes.map(({ id, x, y, height }) => (
        <rect key={id} x={x} y={y} width={width} height={height} rx={12} />
      ))}
    </svg>
  );
}
