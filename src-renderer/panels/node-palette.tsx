import { Command } from 'cmdk';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { NodeSpec } from '../../src-main/model/node-spec.ts';
import type { ValueType } from '../../src-main/model/value-types.ts';
import { sayNode } from '../../src-main/texts/say-node.ts';
import { wordsOfType } from '../session/names.ts';
import { inputFor, outputFor } from '../session/new-node.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { mayHold } from '../session/subgraph-commands.ts';
import { bestOf, type Entry } from './palette-search.ts';
import { useTexts } from './place.tsx';

interface Props {
  readonly open: OpenGraph;
  /** Only what takes this, or gives it: a link was let go. */
  readonly only: { readonly type: ValueType; readonly isOutput: boolean } | null;
  /** Of the upper left corner, in the panel's pixels. */
  readonly at: readonly [number, number];
  readonly onChoose: (spec: NodeSpec) => void;
  readonly onClose: () => void;
}

/** Node types, found by what they are called or what they are for, in either language; keys are enough. */
export function NodePalette({ open, only, at, onChoose, onClose }: Props) {
  const { texts, language } = useTexts();
  const box = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState('');
  const [wanted, setWanted] = useState('');
  // The list also tells of choices that it makes by itself, and late: those of a person alone count.
  const isMoving = useRef(false);
  const entries = useMemo(
    () =>
      [...open.specs.values()]
        .filter(({ type }) => mayHold(open, type))
        .filter(
          (spec) => !only || (only.isOutput ? inputFor(spec, only.type) : outputFor(spec, only.type)) !== undefined,
        )
        .map(
          (spec): Entry => ({ spec, words: wordsOfType(open, spec.type, texts, language) ?? sayNode(spec, language) }),
        ),
    [open, only, texts, language],
  );
  const found = useMemo(() => bestOf(entries, typed.trim()), [entries, typed]);
  // What was typed last counts, also for an Enter that comes at once.
  const chosen = found.find(({ spec }) => spec.type === wanted) ?? found[0];
  const groups = typed.trim() === '' ? [...new Set(found.map(({ spec }) => spec.category))] : [null];

  useEffect(() => {
    const onPress = (event: PointerEvent): void => {
      if (!box.current?.contains(event.target as Node)) onClose();
    };
    window.addEventListener('pointerdown', onPress, true);
    return () => window.removeEventListener('pointerdown', onPress, true);
  }, [onClose]);

  return (
    <div ref={box} className="palette" style={{ left: at[0], top: at[1] }}>
      <Command
        label={texts.graph.addNode}
        loop
        shouldFilter={false}
        value={chosen?.spec.type ?? ''}
        onValueChange={(value) => isMoving.current && setWanted(value)}
        onPointerMove={() => {
          isMoving.current = true;
        }}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (/^(Arrow|Home|End)/.test(event.key)) isMoving.current = true;
          if (event.key === 'Escape') onClose();
          if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
          event.preventDefault();
          if (chosen) onChoose(chosen.spec);
        }}
      >
        <Command.Input
          autoFocus
          value={typed}
          onValueChange={(text) => {
            setTyped(text);
            setWanted('');
            isMoving.current = false;
          }}
          placeholder={texts.graph.search}
          className="palette-input"
        />
        <Command.List className="palette-list">
          {found.length === 0 && <p className="palette-empty">{texts.graph.searchEmpty}</p>}
          {groups.map((category) => (
            <Command.Group
              key={category}
              heading={
                category === null
                  ? undefined
                  : (texts.graph.categories[category] ??
                    (category === 'subgraph' ? texts.subgraphs.category : category))
              }
            >
              {found
                .filter(({ spec }) => category === null || spec.category === category)
                .map(({ spec, words }) => (
                  <Command.Item
                    key={spec.type}
                    value={spec.type}
                    className="palette-item"
                    onSelect={() => onChoose(spec)}
                  >
                    <span>{words.title}</span>
                    <small>{words.about}</small>
                  </Command.Item>
                ))}
            </Command.Group>
          ))}
        </Command.List>
      </Command>
    </div>
  );
}
