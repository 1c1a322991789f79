import type { InferenceSession } from 'onnxruntime-node';
import type { Device, Provider } from '../../model/device.ts';

type Session = InferenceSession.SessionOptions;
type Execution = InferenceSession.ExecutionProviderConfig;

/** `cuda:1` is device 1. */
const numberOf = (device: Device): number => Number(device.id.split(':')[1] ?? 0);

/**
 * What a session is made with, by provider. Only `cpu` was measured and is tested; the others are what the binding
 * of 1.30 parses (it takes no further options for them), and their tensors come back to the CPU after every call.
 * A provider whose library is missing does not fall back to the CPU by itself: making the session fails.
 */
const executionOf: Record<Exclude<Provider, 'sim'>, (device: Device) => Execution[]> = {
  cpu: () => ['cpu'],
  cuda: (device) => [{ name: 'cuda', deviceId: numberOf(device) }],
  webgpu: () => ['webgpu'],
  dml: (device) => [{ name: 'dml', deviceId: numberOf(device) }],
  coreml: () => ['coreml'],
};

export function sessionOptions(device: Device, weightsFolder?: string): Session {
  const provider = device.provider === 'sim' ? 'cpu' : device.provider;
  return {
    executionProviders: executionOf[provider](device),
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3, // errors
    ...(provider === 'cpu' && device.threads > 0 ? { intraOpNumThreads: device.threads } : {}),
    ...(provider === 'dml' ? { enableMemPattern: false } : {}),
    extra: {
      session: {
        // Threads that spin while they wait take the cores from other hosts and from the core: twice as slow on 2 cores.
        intra_op: { allow_spinning: '0' },
        ...(weightsFolder === undefined ? {} : { model_external_initializers_file_folder_path: weightsFolder }),
      },
    },
  };
}

/** `extra.session` of both counts. */
export const withMore = (options: Session, more: Session): Session => ({
  ...options,
  ...more,
  extra: { ...options.extra, session: { ...sessionIn(options), ...sessionIn(more) } },
});

const sessionIn = ({ extra }: Session): Readonly<Record<string, unknown>> =>
  (extra?.session as Readonly<Record<string, unknown>> | undefined) ?? {};
