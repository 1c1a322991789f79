import { Eye, EyeOff, Link2 } from 'lucide-react';
import { useId } from 'react';
import { expose, unexpose } from '../../src-main/model/edits.ts';
import { type GraphNode, linkIdOf } from '../../src-main/model/graph.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import { defaultOf, type Input } from '../../src-main/model/inputs.ts';
import type { Json } from '../../src-main/model/json.ts';
import type { NodeSpec } from '../../src-main/model/node-spec.ts';
import { sayNode } from '../../src-main/texts/say-node.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { FieldRow } from './field-row.tsx';
import { IconButton } from './icon-button.tsx';
import { useCell, useTexts } from './place.tsx';
import { ProblemNote } from './problem-note.tsx';

/** All inputs of the one node that is selected, with their help. */
export function Inspector({ open, id }: { open: OpenGraph; id: NodeId }) {
  const graph = useCell(open.graph);
  const { problems } = useCell(open.form);
  const { texts, language } = useTexts();
  const heading = useId();
  const node = graph.nodes[id];
  if (!node) return null;
  const spec = open.specs.get(node.type) ?? null;
  const words = spec && sayNode(spec, language);
  const mine = problems.filter(({ nodeId }) => nodeId === id);
  return (
    <section className="inspector" aria-labelledby={heading}>
      <div className="panel-head">
        <h2 id={heading}>
          {(node.title && (texts.graphWords[node.title] ?? node.title)) || (words?.title ?? node.type)}
        </h2>
      </div>
      <div className="form-fields">
        <p className="quiet about">{words ? words.about : texts.graph.unknownAbout(node.type)}</p>
        {spec &&
          Object.entries(spec.inputs).map(([name, input]) =>
            input.kind === 'link' ? null : <InputRow key={name} {...{ open, node, spec, name, input }} />,
          )}
        <ProblemNote problems={mine.filter(({ input }) => !input || spec?.inputs[input]?.kind === 'link')} />
      </div>
    </section>
  );
}

interface RowProps {
  readonly open: OpenGraph;
  readonly node: GraphNode;
  readonly spec: NodeSpec;
  readonly name: string;
  readonly input: Exclude<Input, { kind: 'link' }>;
}

function InputRow({ open, node, spec, name, input }: RowProps) {
  const graph = useCell(open.graph);
  const { problems, locked } = useCell(open.form);
  const { texts, language } = useTexts();
  const label = sayNode(spec, language).inputs[name]?.label ?? name;
  const exposed = graph.exposed.find((one) => one.node === node.id && one.input === name);
  const link = graph.links[linkIdOf({ node: node.id, input: name })];
  if (link)
    return (
      <div className="field">
        <span className="quiet">{label}</span>
        <span className="quiet linked">
          <Link2 size={14} aria-hidden /> {texts.graph.linked}
        </span>
      </div>
    );
  const offer = (): void => {
    const taken = new Set(graph.exposed.map((one) => one.name));
    const free = taken.has(name) ? `${node.id}-${name}` : name;
    open.change('expose', (draft) => expose(draft, { name: free, node: node.id, input: name, label }));
  };
  return (
    <FieldRow
      field={{
        name: `${node.id}.${name}`,
        label,
        node: node.id,
        input: name,
        spec: input,
        nodeSpec: spec,
        otherwise: null,
      }}
      label={label}
      value={node.values[name] ?? (defaultOf(input) as Json)}
      seed={{
        isLocked: exposed !== undefined && locked[exposed.name] === true,
        onLock: exposed ? (isLocked) => open.lock(exposed.name, isLocked) : null,
        onDraw: () => open.setInput(node.id, name, open.drawSeed()),
      }}
      problems={problems.filter((found) => found.nodeId === node.id && found.input === name)}
      onChange={(value) => open.setInput(node.id, name, value)}
      onLeave={open.history.close}
      extra={
        <IconButton
          className="expose"
          icon={exposed ? Eye : EyeOff}
          label={exposed ? texts.graph.unexpose : texts.graph.expose}
          pressed={exposed !== undefined}
          onClick={() => (exposed ? open.change('expose', (draft) => unexpose(draft, exposed.name)) : offer())}
        />
      }
    />
  );
}
