import { Command } from 'cmdk';
import { useEffect, useMemo, useRef } from 'react';
import type { NodeSpec } from '../../src-main/model/node-spec.ts';
import type { ValueType } from '../../src-main/model/value-types.ts';
import { sayNode } from '../../src-main/texts/say-node.ts';
import { inputFor, outputFor } from '../session/new-node.ts';
import type { OpenGraph } from '../session/open-graph.ts';
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
  const groups = useMemo(() => {
    const all = [...open.specs.values()].filter(
      (spec) => !only || (only.isOutput ? inputFor(spec, only.type) : outputFor(spec, only.type)) !== undefined,
    );
    const categories = [...new Set(all.map(({ category }) => category))];
    return categories.map((category) => ({ category, specs: all.filter((spec) => spec.category === category) }));
  }, [open.specs, only]);

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
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Escape') onClose();
        }}
      >
        <Command.Input autoFocus placeholder={texts.graph.search} className="palette-input" />
        <Command.List className="palette-list">
          <Command.Empty className="palette-empty">{texts.graph.searchEmpty}</Command.Empty>
          {groups.map(({ category, specs }) => (
            <Command.Group key={category} heading={texts.graph.categories[category] ?? category}>
              {specs.map((spec) => {
                const words = sayNode(spec, language);
                const keywords = [spec.title, spec.type, ...words.synonyms, ...spec.synonyms];
                return (
                  <Command.Item
                    key={spec.type}
                    value={`${words.title} ${spec.type}`}
                    keywords={keywords}
                    className="palette-item"
                    onSelect={() => onChoose(spec)}
                  >
                    <span>{words.title}</span>
                    <small>{words.about}</small>
                  </Command.Item>
                );
              })}
            </Command.Group>
          ))}
        </Command.List>
      </Command>
    </div>
  );
}
