import { RowInputs } from '../../src-main/diffusion/row-inputs.ts';
import type { PackFacts } from '../../src-main/model/pack.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import type { ConditioningEntry } from '../../src-main/model/value-types.ts';
import { type Case, listOf } from './case-format.ts';
import { caseHost, type Row } from './case-host.ts';
import { type CasePlace, encodedAs, idsOf, rowOf, type Tensors, unpacked } from './case-parts.ts';
import { absolute, type Measured } from './comparison.ts';

/** One call with rows at different timesteps, and each of them alone. */
export async function compareRows(
  one: Case,
  stored: Tensors,
  facts: PackFacts,
  { runtime, library }: CasePlace,
): Promise<readonly Measured[]> {
  const host = caseHost(runtime, { library, facts, noise: () => null, onCall: () => {} });
  const shape = [1, facts.latent.channels, one.height / facts.latent.downscale, one.width / facts.latent.downscale];
  const found: Measured[] = [];
  const rows: Row[] = [];
  for (let i = 0; i < one.batch; i++) {
    const text = listOf(one.prompt, one.batch)[i]!;
    found.push(...idsOf(text, '', i, one, stored, facts, library).map((m) => ({ ...m, tensor: `${m.tensor}[${i}]` })));
    const { entries } = await encodedAs(host, facts, text, 'encode', one);
    const guidance = stored.guidance ? rowOf(stored.guidance, i)[0]! : 0;
    const inputs = new RowInputs(host.ctx, facts.ref, shape, guidance);
    const sample = host.ctx.tensor.from(rowOf(stored.noise!, i), 'float32', shape);
    rows.push(inputs.rowOf(sample, rowOf(stored.timestep!, i)[0]!, entries[0] as ConditioningEntry) as Row);
  }
  const output = stored.out_sample ?? stored.out_hidden_states!;
  const tolerance = one.tolerance.output ?? one.tolerance.latents ?? 1e-4;
  const valuesOf = async (tensor: TensorRef) => (await host.ctx.tensor.read(tensor)) as Float32Array;
  const together = await host.ctx.call(facts.ref, 'denoiser', rows as never);
  for (const [i, { prediction }] of together.entries()) {
    const wanted = unpacked(rowOf(output, i), output, shape);
    found.push(absolute(`out[${i}]`, await valuesOf(prediction), wanted, tolerance));
    const [alone] = await host.ctx.call(facts.ref, 'denoiser', [rows[i]] as never);
    found.push(absolute(`out[${i}] alone`, await valuesOf(alone!.prediction), await valuesOf(prediction), 1e-5));
  }
  return found;
}
