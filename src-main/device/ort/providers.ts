import type { InferenceSession } from 'onnxruntime-node';
import type { Device, Provider } from '../../model/device.ts';

type Session = InferenceSession.SessionOptions;
type Execution = InferenceSession.ExecutionProviderConfig;

/** `cuda:1` is device 1. */
const numberOf = (device: Device): number => Number(device.id.split(':')[1] ?? 0);

/** The newer form of Core ML's models, which knows more operations; macOS 12 and later. */
const mlProgram = 0x010;

/**
 * What a session is made with, by provider. `cpu` and `webgpu` (in software) were seen to work; for the others this is
 * what the binding of 1.30 reads, and it reads no more: cuda and dml a device's number, coreml its flags. A provider
 * whose library is missing does not fall back to the CPU by itself: making the session fails. Operations that a provider
 * lacks are computed by the CPU, which is always there behind it. WebGPU takes the first card that the driver names.
 */
const executionOf: Record<Exclude<Provider, 'sim'>, (device: Device) => Execution[]> = {
  cpu: () => ['cpu'],
  cuda: (device) => [{ name: 'cuda', deviceId: numberOf(device) }],
  webgpu: () => ['webgpu'],
  dml: (device) => [{ name: 'dml', deviceId: numberOf(device) }],
  coreml: () => [{ name: 'coreml', coreMlFlags: mlProgram }],
};

export function sessionOptions(device: Device, weightsFolder?: string): Session {
  const provider = device.provider === 'sim' ? 'cpu' : device.provider;
  return {
    executionProviders: executionOf[provider](device),
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3, // errors
    ...(provider === 'cpu' && device.threads > 0 ? { intraOpNumThreads: device.threads } : {}),
    ...(provider === 'dml' ? { enableMemPattern: false } : {}), // else it makes no session
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
