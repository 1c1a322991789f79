import { arrays } from '../../src-main/diffusion/arrays.ts';
import { denoisedOf, finished, inputScale, noised } from '../../src-main/diffusion/denoised.ts';
import { fluxShiftOf, type NoiseModel, noiseModelOf } from '../../src-main/diffusion/noise-model.ts';
import { type ScheduleName, scheduleNames, sigmasOf } from '../../src-main/diffusion/sigmas.ts';
import { absolute, equal, type Measured, relative } from './comparison.ts';
import { type Kind, modelOf, predictionOf } from './kinds.ts';
import { sigmaEdits, sigmaNodes } from './sigma-nodes.ts';
import { type Group, NotSupported, named, numbers, type Recorded, type Subject, takingAll } from './vector-file.ts';

const tolerance = 2e-6;

function scheduleOf(name: string): ScheduleName {
  if (!scheduleNames.includes(name as ScheduleName)) throw new NotSupported(`there is no schedule "${name}"`);
  return name as ScheduleName;
}

const modelNamed = (file: Recorded, kind: string): NoiseModel =>
  modelOf(named(file.kinds as Record<string, Kind>, kind, 'kind of model'));

/** Where the reference's sigma is no number there is nothing to equal, but Kiln's has to be one. */
function sigmasAgainst(found: readonly number[], recorded: readonly (number | string)[]): Measured {
  const wanted = numbers(recorded).map((sigma, i) =>
    Number.isNaN(sigma) && Number.isFinite(found[i]) ? found[i]! : sigma,
  );
  return relative('sigmas', found, wanted, tolerance);
}

const valuesOf: Readonly<Record<string, (model: NoiseModel, values: Recorded, kind: Kind) => readonly Measured[]>> = {
  table: ({ sigmas }, { index, sigma }) => [
    relative(
      'table',
      index.map((at: number) => sigmas[at]),
      numbers(sigma),
      tolerance,
    ),
  ],
  timestep_of_sigma: (model, { sigma, t }) => [
    relative('timestep_of_sigma', numbers(sigma).map(model.timestepOf), numbers(t), tolerance),
  ],
  sigma_of_timestep: (model, { t, sigma }) => [
    relative('sigma_of_timestep', numbers(t).map(model.sigmaOf), numbers(sigma), tolerance),
  ],
  percent_to_sigma: (model, { percent, sigma }) => [
    relative('percent_to_sigma', numbers(percent).map(model.sigmaAt), numbers(sigma), tolerance),
  ],
  scaling: scaled,
};

function scaled(model: NoiseModel, { x, model_output, latent, rows }: Recorded, kind: Kind): readonly Measured[] {
  const prediction = predictionOf(kind);
  const [state, output, picture] = [x, model_output, latent].map((list) => Float64Array.from(numbers(list)));
  const made: Readonly<Record<string, (sigma: number) => Float64Array>> = {
    model_input: (sigma) => state!.map((value) => value * inputScale(prediction, sigma)),
    denoised: (sigma) => denoisedOf(arrays, prediction, state!, output!, sigma, model.timestepOf(sigma)),
    noised: (sigma) => noised(arrays, prediction, picture!, state!, sigma, 2 * sigma),
    noised_max: (sigma) => noised(arrays, prediction, picture!, state!, sigma, sigma),
    inverse: (sigma) => finished(arrays, prediction, state!, sigma),
  };
  return (rows as Recorded[]).flatMap(({ sigma, ...wanted }) =>
    Object.entries(wanted).map(([name, values]) =>
      relative(`${name} at ${sigma}`, named(made, name, 'scaling')(sigma), numbers(values), tolerance, 1),
    ),
  );
}

const kinds: Group = {
  compare({ prediction, settings, patch, values, table_length, sigma_min, sigma_max }) {
    const kind = { prediction, settings, patch };
    const model = modelOf(kind);
    return [
      ...(table_length === undefined ? [] : [equal('table_length', model.sigmas.length, table_length)]),
      ...(sigma_min === undefined ? [] : [relative('sigma_min', [model.sigmas[0]!], [sigma_min], tolerance)]),
      ...(sigma_max === undefined ? [] : [relative('sigma_max', [model.sigmas.at(-1)!], [sigma_max], tolerance)]),
      ...Object.entries(values as Recorded).flatMap(([name, recorded]) =>
        named(valuesOf, name, 'conversion')(model, recorded, kind),
      ),
    ];
  },
};

const schedules: Group = {
  name: ({ kind, scheduler, steps, denoise }) => `${scheduler} on ${kind}, ${steps} steps, denoise ${denoise}`,
  compare: ({ kind, scheduler, steps, denoise, sigmas }, file) => [
    sigmasAgainst(sigmasOf(scheduleOf(scheduler), modelNamed(file, kind), steps, denoise), sigmas),
  ],
};

const discardPenultimate: Group = {
  name: ({ kind, scheduler, steps }) => `${scheduler} on ${kind}, ${steps} steps`,
  compare: ({ kind, scheduler, steps, sigmas }, file) => [
    sigmasAgainst(sigmasOf(scheduleOf(scheduler), modelNamed(file, kind), steps, 1, true), sigmas),
  ],
};

const nodes: Group = {
  name: ({ node, kind, inputs }) => `${node} ${JSON.stringify(inputs)}${kind === undefined ? '' : ` on ${kind}`}`,
  compare({ node, kind, inputs, sigmas }, file) {
    const made = named(sigmaNodes, node, 'node');
    const model = () => {
      if (kind === undefined) throw new NotSupported('it does not say for which kind of model');
      return modelNamed(file, kind);
    };
    const found = takingAll(inputs, (given) => made(given, model)).map(Math.fround);
    return [sigmasAgainst(found, numbers(sigmas).map(Math.fround))];
  },
};

const sigmaOps: Group = {
  name: ({ node, inputs }) => `${node} ${JSON.stringify(inputs)}`,
  compare({ node, input, inputs, outputs }) {
    const edit = named(sigmaEdits, node, 'node');
    const found = takingAll(inputs, (given) => edit(numbers(input), given));
    return [
      equal('outputs', found.length, outputs.length),
      ...found.map((sigmas, i) => relative(`outputs[${i}]`, sigmas, numbers(outputs[i] ?? []), tolerance)),
    ];
  },
};

const fluxNodeShift: Group = {
  name: ({ width, height }) => `${width}×${height}`,
  compare({ max_shift, base_shift, width, height, shift, ...sigmas }) {
    const found = fluxShiftOf(width, height, base_shift, max_shift);
    const model = noiseModelOf({ kind: 'flux', shift: found });
    return [
      absolute('shift', [found], [shift], tolerance),
      ...Object.entries(sigmas).map(([name, wanted]) => {
        const [, scheduler, steps] = /^sigmas_(\w+)_(\d+)$/.exec(name) ?? [];
        if (!scheduler) throw new NotSupported(`nothing takes "${name}"`);
        return relative(name, sigmasOf(scheduleOf(scheduler), model, Number(steps)), numbers(wanted), tolerance);
      }),
    ];
  },
};

export const scheduleVectors: Subject = {
  file: 'schedules.json',
  format: 'kiln-schedule-vectors-1',
  around: ['notes'],
  groups: {
    schedulers: {
      name: String,
      compare: (name) => [equal('name', scheduleOf(String(name)), name)],
    },
    kinds,
    schedules,
    discard_penultimate: discardPenultimate,
    nodes,
    sigma_ops: sigmaOps,
    flux_node_shift: fluxNodeShift,
  },
};
