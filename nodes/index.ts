import type { NodeType } from '../src-main/model/node-type.ts';
import conditioningInpaint from './conditioning/inpaint.ts';
import controlApply from './control/apply.ts';
import imageLoad from './image/load.ts';
import imagePreview from './image/preview.ts';
import imageResize from './image/resize.ts';
import imageSave from './image/save.ts';
import imageUpscale from './image/upscale.ts';
import latentDecode from './latent/decode.ts';
import latentEmpty from './latent/empty.ts';
import latentEncode from './latent/encode.ts';
import latentSample from './latent/sample.ts';
import packOpen from './pack/open.ts';
import textEncode from './text/encode.ts';
import valueNumber from './value/number.ts';
import valueSeed from './value/seed.ts';
import valueText from './value/text.ts';

export const nodeTypes: readonly NodeType[] = [
  packOpen,
  textEncode,
  conditioningInpaint,
  controlApply,
  latentEmpty,
  latentSample,
  latentDecode,
  latentEncode,
  imageLoad,
  imageResize,
  imageUpscale,
  imageSave,
  imagePreview,
  valueSeed,
  valueNumber,
  valueText,
];
