import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import * as edits from '../../src-main/model/boundary-edits.ts';
import { connect } from '../../src-main/model/edits.ts';
import { subgraphPrefix } from '../../src-main/model/graph.ts';
import type { SubgraphId } from '../../src-main/model/ids.ts';
import { usesOf } from '../../src-main/model/subgraph-edits.ts';
import { newSlot, outputsNode } from '../session/level-graph.ts';
import { type Source, sourcesOfOutputs } from '../session/links.ts';
import { wordsOfType } from '../session/names.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { IconButton } from './icon-button.tsx';
import { useCell, useTexts } from './place.tsx';

/** The subgraph that is open: what it is called and what it offers. */
export function SubgraphPanel({ open, id }: { open: OpenGraph; id: SubgraphId }) {
  const { texts, language } = useTexts();
  const graph = useCell(open.graph);
  const heading = useId();
  const field = useId();
  const said = texts.subgraphs;
  const subgraph = graph.subgraphs[id];
  if (!subgraph) return null;
  const words = wordsOfType(open, subgraphPrefix + id, texts, language);
  const uses = usesOf(open.level([]).graph.get(), id);
  const change = (edit: (draft: Parameters<typeof edits.removeInput>[0]) => void, key?: string): void =>
    open.level([]).change('boundary', edit, key);
  const sources = sourcesOfOutputs(graph, open.specs);
  const titleOf = ({ node, output }: Source): string => {
    const { title, type } = graph.nodes[node]!;
    const spoken = wordsOfType(open, type, texts, language);
    return `${(title && (texts.graphWords[title] ?? title)) || (spoken?.title ?? type)} · ${spoken?.outputs[output] ?? output}`;
  };
  const names = (list: readonly { readonly name: string }[]) => [...new Set(list.map(({ name }) => name))];
  return (
    <section className="inspector" aria-labelledby={heading}>
      <div className="panel-head">
        <h2 id={heading} title={subgraph.title || said.title}>
          {subgraph.title || said.title}
        </h2>
      </div>
      <div className="form-fields">
        <p className="quiet about">{uses > 1 ? said.usedBy(uses) : said.about(Object.keys(subgraph.nodes).length)}</p>
        <div className="field">
          <label htmlFor={field}>{said.name}</label>
          <input
            id={field}
            className="input"
            value={subgraph.title}
            maxLength={200}
            onChange={({ target: { value } }) =>
              change((draft) => edits.setSubgraphTitle(draft, id, value), `title ${id}`)
            }
            onBlur={open.history.close}
          />
        </div>
        <Side
          heading={said.inputs}
          empty={said.noInputs}
          names={names(subgraph.exposed)}
          labelOf={(name) => words?.inputs[name]?.label ?? name}
          onRename={(name, label) => change((draft) => edits.labelInput(draft, id, name, label))}
          onMove={(name, by) => change((draft) => edits.moveInput(draft, id, name, by))}
          onRemove={(name) => change((draft) => edits.removeInput(draft, id, name))}
        />
        <Side
          heading={said.outputs}
          empty={said.noOutputs}
          names={names(subgraph.outputs)}
          labelOf={(name) => words?.outputs[name] ?? name}
          onRename={(name, wanted) => change((draft) => edits.renameOutput(draft, id, name, wanted))}
          onMove={(name, by) => change((draft) => edits.moveOutput(draft, id, name, by))}
          onRemove={(name) => change((draft) => edits.removeOutput(draft, id, name))}
        >
          <select
            className="input"
            aria-label={said.newOutput}
            value=""
            onChange={({ target: { value } }) => {
              const source = sources.find((one) => `${one.node}.${one.output}` === value);
              if (source)
                open.change('connect', (draft) => connect(draft, source, { node: outputsNode, input: newSlot }));
            }}
          >
            <option value="">{said.newOutput}</option>
            {sources.map((source) => (
              <option key={`${source.node}.${source.output}`} value={`${source.node}.${source.output}`}>
                {titleOf(source)}
              </option>
            ))}
          </select>
        </Side>
      </div>
    </section>
  );
}

interface SideProps {
  readonly heading: string;
  readonly empty: string;
  readonly names: readonly string[];
  readonly labelOf: (name: string) => string;
  readonly onRename: (name: string, wanted: string) => void;
  readonly onMove: (name: string, by: number) => void;
  readonly onRemove: (name: string) => void;
  readonly children?: ReactNode;
}

function Side({ heading, empty, names, labelOf, onRename, onMove, onRemove, children }: SideProps) {
  const { texts } = useTexts();
  const said = texts.subgraphs;
  return (
    <fieldset className="boundary">
      <legend>{heading}</legend>
      {names.length === 0 && <p className="quiet">{empty}</p>}
      <ul>
        {names.map((name, i) => {
          const label = labelOf(name);
          return (
            <li key={name}>
              <NameField
                key={label}
                label={said.labelOf(label)}
                value={label}
                onDone={(text) => onRename(name, text)}
              />
              <IconButton
                icon={ArrowUp}
                label={said.earlier(label)}
                disabled={i === 0}
                onClick={() => onMove(name, -1)}
              />
              <IconButton
                icon={ArrowDown}
                label={said.later(label)}
                disabled={i === names.length - 1}
                onClick={() => onMove(name, 1)}
              />
              <IconButton icon={X} label={said.remove(label)} onClick={() => onRemove(name)} />
            </li>
          );
        })}
      </ul>
      {children}
    </fieldset>
  );
}

/** A name is taken over when it is whole: with Enter, or when the field is left. */
function NameField({ label, value, onDone }: { label: string; value: string; onDone: (text: string) => void }) {
  const [typed, setTyped] = useState(value);
  const done = (): void => {
    if (typed.trim() !== value) onDone(typed);
    setTyped(value);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter') event.currentTarget.blur();
    if (event.key !== 'Escape' || typed === value) return;
    event.stopPropagation();
    setTyped(value);
  };
  return (
    <input
      className="input"
      aria-label={label}
      value={typed}
      maxLength={100}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={done}
      onKeyDown={onKeyDown}
    />
  );
}
