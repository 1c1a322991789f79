import { describe } from 'vitest';
import { webgpuRuntime } from '../../src-main/device/gpu/webgpu.ts';
import type { DeviceId } from '../../src-main/model/ids.ts';
import { noSoftwareGpu, offerSoftwareGpu } from '../build/software-gpu.ts';
import { runtimeContract } from '../contracts/runtime.contract.ts';
import { testDevice } from './test-device.ts';

const device = { ...testDevice('ort'), id: 'webgpu:0' as DeviceId, provider: 'webgpu' } as const;

describe.skipIf(noSoftwareGpu !== null)('WebGPU on a card in software', () => {
  if (noSoftwareGpu === null) offerSoftwareGpu();
  runtimeContract('onnxruntime on WebGPU', () => webgpuRuntime(device));
});
