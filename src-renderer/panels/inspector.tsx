import { Eye, EyeOff } from 'lucide-react';
import { useId, useMemo, useState } from 'react';
import { connect, disconnect, expose, unexpose } from '../../src-main/model/edits.ts';
import { type Graph, type GraphNode, linkIdOf } from '../../src-main/model/graph.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import { defaultOf, type Input } from '../../src-main/model/inputs.ts';
import type { Json } from '../../src-main/model/json.ts';
import type { NodeSpec } from '../../src-main/model/node-spec.ts';
import { isFed } from '../session/level-graph.ts';
import { type Source, sameWiring, sourcesFor } from '../session/links.ts';
import { wordsOfType } from '../session/names.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { FieldRow } from './field-row.tsx';
import { Hint, IconButton } from './icon-button.tsx';
import { useCell, useTexts } from './place.tsx';
import { ProblemNote } from './problem-note.tsx';
import { SubgraphActions } from './subgraph-menu.tsx';

/** All inputs of the one node that is selected, with their help. */
export function Inspector({ open, id }: { open: OpenGraph; id: NodeId }) {
  const graph = useCell(open.graph);
  const { problems } = useCell(open.form);
  const { texts, language } = useTexts();
  const heading = useId();
  const node = graph.nodes[id];
  if (!node) return null;
  const spec = open.specs.get(node.type) ?? null;
  const words = wordsOfType(open, node.type, texts, language);
  const mine = problems.filter(({ nodeId }) => nodeId === id);
  const title = (node.title && (texts.graphWords[node.title] ?? node.title)) || (words?.title ?? node.type);
  return (
    <section className="inspector" aria-labelledby={heading}>
      <div className="panel-head">
        <h2 id={heading} title={title}>
          {title}
        </h2>
      </div>
      <div className="form-fields">
        <p className="quiet about">{words ? words.about : texts.graph.unknownAbout(node.type)}</p>
        <SubgraphActions open={open} node={id} />
        {spec &&
          Object.entries(spec.inputs).map(([name, input]) =>
            input.kind === 'link' ? (
              <LinkRow key={name} {...{ open, node, spec, name }} isOptional={input.optional === true} />
            ) : (
              <InputRow key={name} {...{ open, node, spec, name, input }} />
            ),
          )}
        <ProblemNote problems={mine.filter(({ input }) => !input || !spec?.inputs[input])} />
      </div>
    </section>
  );
}

const keyOf = ({ node: from, output }: { node: string; output: string }) => `${from}.${output}`;

/** The graph as it was when its wiring last changed: a value that is typed changes no list of what fits. */
function useWired(graph: Graph): Graph {
  const [wired, setWired] = useState(graph);
  if (sameWiring(wired, graph)) return wired;
  setWired(graph);
  return graph;
}

/** Where an input comes from, chosen from all that fits. */
function LinkRow({ open, node, spec, name, isOptional }: Omit<RowProps, 'input'> & { isOptional: boolean }) {
  const graph = useCell(open.graph);
  const { problems } = useCell(open.form);
  const { texts, language } = useTexts();
  const id = useId();
  const words = wordsOfType(open, spec.type, texts, language)?.inputs[name];
  const link = graph.links[linkIdOf({ node: node.id, input: name })];
  const wired = useWired(graph);
  const [sources, options] = useMemo(() => {
    const found = sourcesFor(wired, open.specs, node.id, name);
    const titleOf = ({ node: from, output }: Source): string => {
      const source = wired.nodes[from]!;
      const spoken = wordsOfType(open, source.type, texts, language);
      const own = source.title && (texts.graphWords[source.title] ?? source.title);
      return `${own || (spoken?.title ?? source.type)} · ${spoken?.outputs[output] ?? output}`;
    };
    const choices = found.map((source) => (
      <option key={keyOf(source)} value={keyOf(source)}>
        {titleOf(source)}
      </option>
    ));
    return [found, choices];
  }, [wired, open, node.id, name, language, texts]);
  const choose = (value: string): void => {
    const source = sources.find((one) => keyOf(one) === value);
    if (source) open.change('connect', (draft) => connect(draft, source, { node: node.id, input: name }));
    else if (link) open.change('disconnect', (draft) => disconnect(draft, link.id));
  };
  const wrong = problems.filter((found) => found.nodeId === node.id && found.input === name);
  const label = <label htmlFor={id}>{words?.label ?? name}</label>;
  return (
    <div className="field" data-input={name}>
      {words?.help ? <Hint text={words.help}>{label}</Hint> : label}
      <select
        id={id}
        className="input"
        value={link ? keyOf(link.from) : ''}
        onChange={(event) => choose(event.target.value)}
        aria-invalid={wrong.length > 0 ? true : undefined}
      >
        <option value="">{isOptional ? texts.graph.nothingLinked : texts.graph.chooseSource}</option>
        {options}
      </select>
      <ProblemNote problems={wrong} here />
    </div>
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
  const label = wordsOfType(open, spec.type, texts, language)?.inputs[name]?.label ?? name;
  const exposed = graph.exposed.find((one) => one.node === node.id && one.input === name);
  const said = open.place.subgraph === null ? texts.graph : texts.subgraphs;
  if (isFed(graph, node.id, name)) return <LinkRow {...{ open, node, spec, name }} isOptional />;
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
          label={exposed ? said.unexpose : said.expose}
          pressed={exposed !== undefined}
          onClick={() => (exposed ? open.change('expose', (draft) => unexpose(draft, exposed.name)) : offer())}
        />
      }
    />
  );
}
