import { RotateCcw } from 'lucide-react';
import { useId } from 'react';
import { problemsByField, valueIn } from '../session/fields.ts';
import type { OpenTemplate } from '../session/studio.ts';
import { FieldRow } from './field-row.tsx';
import { IconButton } from './icon-button.tsx';
import { useCell, usePlace, useStudio, useTexts } from './place.tsx';
import { ProblemNote } from './problem-note.tsx';
import { RunBar } from './run-bar.tsx';

/** The exposed inputs of the open graph, for whoever never wants to see a graph. */
export function Form() {
  const studio = useStudio();
  const { connection } = usePlace();
  const { texts } = useTexts();
  const template = useCell(studio.template);
  const problems = useCell(studio.problems);
  const isOpen = useCell(connection).state === 'open';
  if (template) return <OpenForm key={template.name} template={template} />;
  return (
    <section className="panel form" aria-busy={problems.length === 0} aria-label={texts.form.heading}>
      <div className="form-fields">
        {isOpen && problems.length > 0 ? <ProblemNote problems={problems} /> : <Placeholders />}
      </div>
    </section>
  );
}

function Placeholders() {
  const { texts } = useTexts();
  return (
    <>
      <p className="visually-hidden" role="status">
        {texts.connection.connecting}
      </p>
      {[112, 72, 32, 32, 32, 32].map((height, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same and never move.
        <div key={i} className="placeholder" style={{ height }} />
      ))}
    </>
  );
}

function OpenForm({ template }: { template: OpenTemplate }) {
  const heading = useId();
  return (
    <section className="panel form" aria-labelledby={heading}>
      <FormFields template={template} heading={heading} />
      <RunBar />
    </section>
  );
}

/** A field for each exposed input; `heading` is the id that the heading gets. */
export function FormFields({ template, heading }: { template: OpenTemplate; heading: string }) {
  const { texts } = useTexts();
  const { open } = template;
  const { values, locked, problems } = useCell(open.form);
  const fields = useCell(open.fields);
  const { at, rest } = problemsByField(fields, problems);
  const row = (field: (typeof fields)[number]) => (
    <FieldRow
      key={field.name}
      field={field}
      label={texts.graphWords[field.label] ?? field.label}
      value={valueIn(field, values)}
      seed={{
        isLocked: locked[field.name] === true,
        onLock: (isLocked) => open.lock(field.name, isLocked),
        onDraw: () => open.newSeed(field.name),
      }}
      problems={at.get(field.name) ?? []}
      onChange={(value) => open.set(field.name, value)}
      onLeave={open.history.close}
    />
  );
  return (
    <>
      <div className="panel-head">
        <h2 id={heading}>{texts.form.heading}</h2>
        <span className="spring" />
        <IconButton
          icon={RotateCcw}
          label={texts.form.reset}
          disabled={Object.keys(values).length === 0}
          onClick={open.reset}
        />
      </div>
      <div className="form-fields">
        {fields.length === 0 && <p className="quiet">{texts.form.noFields}</p>}
        {fields.map(row)}
        <ProblemNote problems={rest} />
      </div>
    </>
  );
}
