import { z } from 'zod';

const side = z.int().min(1).max(65_536);

/** pack.json: what a folder cannot say by itself. Names that are not known are left for others. */
export const manifestSchema = z.looseObject({
  title: z.string().max(200).optional(),
  version: z.string().max(100).optional(),
  licence: z.string().max(200).optional(),
  about: z.string().max(10_000).optional(),
  family: z.string().max(100).optional(),
  prediction: z.enum(['eps', 'v', 'flow']).optional(),
  timestep: z.enum(['sigma', '1000*sigma', '1-sigma', 'index']).optional(),
  defaults: z
    .looseObject({
      width: side.optional(),
      height: side.optional(),
      steps: z.int().min(1).max(1000).optional(),
      cfg: z.number().min(0).max(100).optional(),
    })
    .optional(),
  sizes: z.looseObject({ fixed: z.array(z.tuple([side, side])).max(1000), multiple: side }).optional(),
  preview: z
    .looseObject({
      factors: z
        .array(z.tuple([z.number(), z.number(), z.number()]))
        .min(1)
        .max(256),
      bias: z.tuple([z.number(), z.number(), z.number()]),
    })
    .nullable()
    .optional(),
  upscale: z.int().min(1).max(16).optional(),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const modelIndexSchema = z.looseObject({ _class_name: z.string().max(200) });

/** scheduler/scheduler_config.json of a flow model, and of one with betas. */
export const schedulerSchema = z.looseObject({
  _class_name: z.string(),
  shift: z.number().positive().optional(),
  beta_start: z.number().positive().optional(),
  beta_end: z.number().positive().optional(),
});

/** config.json beside a VAE's graph. */
export const vaeSchema = z.looseObject({
  scaling_factor: z.number().positive().nullable().optional(),
  shift_factor: z.number().nullable().optional(),
  latent_channels: z.int().min(1).max(1024).optional(),
  block_out_channels: z.array(z.int()).min(1).max(12).optional(),
});
export type VaeConfig = z.infer<typeof vaeSchema>;

export const upscalerSchema = z.looseObject({ scale: z.int().min(1).max(16).optional() });

const jsonObject = z.record(z.string(), z.json());
export const tokenizerSchema = z.looseObject({
  model: z.looseObject({ vocab: z.union([jsonObject, z.array(z.unknown())]) }),
});
export const tokenizerConfigSchema = z.looseObject({ model_max_length: z.number().positive().optional() });
