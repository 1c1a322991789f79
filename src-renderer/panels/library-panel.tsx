import { Plus, Search } from 'lucide-react';
import { useId, useState } from 'react';
import type { NodeSpec } from '../../src-main/model/node-spec.ts';
import { sayNode } from '../../src-main/texts/say-node.ts';
import { add, placeBeside } from '../session/graph-commands.ts';
import type { OpenTemplate } from '../session/studio.ts';
import { GraphSketch } from './graph-sketch.tsx';
import { IconButton } from './icon-button.tsx';
import { useCell, usePlace, useTexts } from './place.tsx';
import { useTitleOf } from './template-title.ts';

/** Graphs and node types to begin with: what there is, what it is for, and how it is got. */
export function LibraryPanel() {
  const { studio } = usePlace();
  const { texts, language } = useTexts();
  const heading = useId();
  const [typed, setTyped] = useState('');
  const templates = useCell(studio.templates);
  const titleOf = useTitleOf();
  const wanted = typed.trim().toLowerCase();
  const fits = (...words: readonly string[]): boolean => words.some((word) => word.toLowerCase().includes(wanted));

  const graphs = templates.filter((one) => fits(titleOf(one), one.open.base.title));
  const specs = [...(templates[0]?.open.types.values() ?? [])].filter((spec) => {
    const words = sayNode(spec, language);
    return fits(words.title, spec.title, spec.type, words.about, ...words.synonyms);
  });
  const lists = [
    [texts.top.own, graphs.filter(({ isOwn }) => isOwn)],
    [texts.top.templates, graphs.filter(({ isOwn }) => !isOwn)],
  ] as const;
  return (
    <section className="library" aria-labelledby={heading}>
      <div className="library-column">
        <header className="settings-head">
          <h2 id={heading}>{texts.panels.names.library}</h2>
          <label className="search-field">
            <Search size={16} aria-hidden />
            <input
              type="search"
              placeholder={texts.library.search}
              aria-label={texts.library.search}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </label>
        </header>
        {graphs.length + specs.length === 0 && <p className="quiet">{texts.library.nothing}</p>}
        {lists.map(
          ([title, list]) =>
            list.length > 0 && (
              <section key={title}>
                <h3>{title}</h3>
                <ul className="graph-cards">
                  {list.map((one) => (
                    <GraphCard key={one.name} one={one} title={titleOf(one)} />
                  ))}
                </ul>
              </section>
            ),
        )}
        {specs.length > 0 && (
          <section>
            <h3>{texts.library.nodeTypes}</h3>
            <NodeTypes specs={specs} />
          </section>
        )}
      </div>
    </section>
  );
}

function GraphCard({ one, title }: { one: OpenTemplate; title: string }) {
  const { studio, files } = usePlace();
  const { texts } = useTexts();
  const graph = useCell(one.open.graph);
  const runs = useCell(studio.runs);
  const made = Object.values(runs).findLast(({ graphId, images }) => graphId === graph.id && images.length > 0);
  const picture = made?.images[0];
  const open = (): void => {
    studio.openTemplate(one.name);
    studio.preferences.change({ panel: 'create' });
  };
  return (
    <li>
      <button type="button" className="graph-card" onClick={open}>
        <span className="graph-card-picture">
          <GraphSketch graph={graph} specs={one.open.specs} />
          {picture && <img src={files.imageAddress(picture.digest)} alt="" loading="lazy" decoding="async" />}
        </span>
        <strong title={title}>{title}</strong>
        <small>{texts.library.nodes(Object.keys(graph.nodes).length)}</small>
      </button>
    </li>
  );
}

function NodeTypes({ specs }: { specs: readonly NodeSpec[] }) {
  const { studio } = usePlace();
  const { texts, language } = useTexts();
  const root = useCell(studio.template)?.open;
  const put = (spec: NodeSpec, title: string): void => {
    if (!root) return;
    const open = root.level(root.scope.get());
    add(open, spec, placeBeside(open) ?? [0, 0], null);
    studio.notices.say(({ library }) => library.added(title));
  };
  return (
    <div className="node-types">
      {[...new Set(specs.map(({ category }) => category))].map((category) => (
        <section key={category} className="settings-section">
          <h3>{texts.graph.categories[category] ?? category}</h3>
          <ul>
            {specs
              .filter((spec) => spec.category === category)
              .map((spec) => {
                const words = sayNode(spec, language);
                const said = (names: readonly string[]): string => names.join(language === 'zh' ? '、' : ', ');
                const takes = said(Object.values(words.inputs).map(({ label }) => label));
                const gives = said(Object.values(words.outputs));
                return (
                  <li key={spec.type} className="settings-row node-type">
                    <span>
                      <strong>{words.title}</strong> <code className="quiet">{spec.type}</code>
                      <small className="quiet">{words.about}</small>
                      {takes && (
                        <small className="quiet">
                          {texts.library.takes}: {takes}
                        </small>
                      )}
                      {gives && (
                        <small className="quiet">
                          {texts.library.gives}: {gives}
                        </small>
                      )}
                    </span>
                    <IconButton
                      icon={Plus}
                      label={texts.library.add(words.title)}
                      onClick={() => put(spec, words.title)}
                    />
                  </li>
                );
              })}
          </ul>
        </section>
      ))}
    </div>
  );
}
