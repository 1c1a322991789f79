import type { NodeType } from '../src-main/model/node-type.ts';
import conditioningAverage from './conditioning/average.ts';
import conditioningCombine from './conditioning/combine.ts';
import conditioningConcat from './conditioning/concat.ts';
import conditioningInpaint from './conditioning/inpaint.ts';
import conditioningMultiply from './conditioning/multiply.ts';
import conditioningSetArea from './conditioning/set-area.ts';
import conditioningSetAreaPercent from './conditioning/set-area-percent.ts';
import conditioningSetMask from './conditioning/set-mask.ts';
import conditioningSetStrength from './conditioning/set-strength.ts';
import conditioningSetTimestepRange from './conditioning/set-timestep-range.ts';
import conditioningZeroOut from './conditioning/zero-out.ts';
import controlApply from './control/apply.ts';
import guiderBasic from './guider/basic.ts';
import guiderCfg from './guider/cfg.ts';
import guiderDualCfg from './guider/dual-cfg.ts';
import guiderPerpNeg from './guider/perp-neg.ts';
import imageBatch from './image/batch.ts';
import imageBlend from './image/blend.ts';
import imageBlur from './image/blur.ts';
import imageComposite from './image/composite.ts';
import imageCrop from './image/crop.ts';
import imageEmpty from './image/empty.ts';
import imageFlip from './image/flip.ts';
import imageFromBatch from './image/from-batch.ts';
import imageInvert from './image/invert.ts';
import imageLoad from './image/load.ts';
import imagePadForOutpaint from './image/pad-for-outpaint.ts';
import imagePreview from './image/preview.ts';
import imageQuantize from './image/quantize.ts';
import imageRepeat from './image/repeat.ts';
import imageResize from './image/resize.ts';
import imageRotate from './image/rotate.ts';
import imageSave from './image/save.ts';
import imageScaleBy from './image/scale-by.ts';
import imageScaleToTotalPixels from './image/scale-to-total-pixels.ts';
import imageSharpen from './image/sharpen.ts';
import imageUpscale from './image/upscale.ts';
import latentAdd from './latent/add.ts';
import latentBatch from './latent/batch.ts';
import latentBlend from './latent/blend.ts';
import latentComposite from './latent/composite.ts';
import latentCompositeMasked from './latent/composite-masked.ts';
import latentConcat from './latent/concat.ts';
import latentCrop from './latent/crop.ts';
import latentCut from './latent/cut.ts';
import latentDecode from './latent/decode.ts';
import latentEmpty from './latent/empty.ts';
import latentEncode from './latent/encode.ts';
import latentFlip from './latent/flip.ts';
import latentFromBatch from './latent/from-batch.ts';
import latentInterpolate from './latent/interpolate.ts';
import latentMultiply from './latent/multiply.ts';
import latentRepeat from './latent/repeat.ts';
import latentRotate from './latent/rotate.ts';
import latentSample from './latent/sample.ts';
import latentSampleWith from './latent/sample-with.ts';
import latentSubtract from './latent/subtract.ts';
import latentUpscale from './latent/upscale.ts';
import latentUpscaleBy from './latent/upscale-by.ts';
import maskCompose from './mask/compose.ts';
import maskCrop from './mask/crop.ts';
import maskFeather from './mask/feather.ts';
import maskFromColor from './mask/from-color.ts';
import maskFromImageChannel from './mask/from-image-channel.ts';
import maskGrow from './mask/grow.ts';
import maskInvert from './mask/invert.ts';
import maskLoad from './mask/load.ts';
import maskSolid from './mask/solid.ts';
import maskThreshold from './mask/threshold.ts';
import maskToImage from './mask/to-image.ts';
import packOpen from './pack/open.ts';
import samplerChoose from './sampler/choose.ts';
import sigmasAlignYourSteps from './sigmas/align-your-steps.ts';
import sigmasAtPercent from './sigmas/at-percent.ts';
import sigmasBeta from './sigmas/beta.ts';
import sigmasExponential from './sigmas/exponential.ts';
import sigmasExtend from './sigmas/extend.ts';
import sigmasFlip from './sigmas/flip.ts';
import sigmasFlux from './sigmas/flux.ts';
import sigmasFromText from './sigmas/from-text.ts';
import sigmasGits from './sigmas/gits.ts';
import sigmasIdeogram from './sigmas/ideogram.ts';
import sigmasKarras from './sigmas/karras.ts';
import sigmasLaplace from './sigmas/laplace.ts';
import sigmasLtxv from './sigmas/ltxv.ts';
import sigmasOptimalSteps from './sigmas/optimal-steps.ts';
import sigmasPolyexponential from './sigmas/polyexponential.ts';
import sigmasSchedule from './sigmas/schedule.ts';
import sigmasSdTurbo from './sigmas/sd-turbo.ts';
import sigmasSetFirst from './sigmas/set-first.ts';
import sigmasSlice from './sigmas/slice.ts';
import sigmasSplit from './sigmas/split.ts';
import sigmasSplitDenoise from './sigmas/split-denoise.ts';
import sigmasVp from './sigmas/vp.ts';
import textEncode from './text/encode.ts';
import valueNumber from './value/number.ts';
import valueSeed from './value/seed.ts';
import valueText from './value/text.ts';

export const nodeTypes: readonly NodeType[] = [
  packOpen,
  textEncode,
  conditioningCombine,
  conditioningAverage,
  conditioningConcat,
  conditioningMultiply,
  conditioningZeroOut,
  conditioningSetStrength,
  conditioningSetArea,
  conditioningSetAreaPercent,
  conditioningSetMask,
  conditioningSetTimestepRange,
  conditioningInpaint,
  controlApply,
  latentEmpty,
  latentSample,
  latentSampleWith,
  latentDecode,
  latentEncode,
  latentUpscale,
  latentUpscaleBy,
  latentCrop,
  latentFlip,
  latentRotate,
  latentComposite,
  latentCompositeMasked,
  latentBlend,
  latentInterpolate,
  latentAdd,
  latentSubtract,
  latentMultiply,
  latentBatch,
  latentFromBatch,
  latentRepeat,
  latentConcat,
  latentCut,
  guiderBasic,
  guiderCfg,
  guiderDualCfg,
  guiderPerpNeg,
  samplerChoose,
  sigmasSchedule,
  sigmasKarras,
  sigmasExponential,
  sigmasPolyexponential,
  sigmasLaplace,
  sigmasVp,
  sigmasBeta,
  sigmasSdTurbo,
  sigmasAlignYourSteps,
  sigmasOptimalSteps,
  sigmasGits,
  sigmasFlux,
  sigmasLtxv,
  sigmasIdeogram,
  sigmasFromText,
  sigmasAtPercent,
  sigmasSplit,
  sigmasSplitDenoise,
  sigmasSlice,
  sigmasFlip,
  sigmasSetFirst,
  sigmasExtend,
  imageLoad,
  imageResize,
  imageUpscale,
  imageScaleBy,
  imageScaleToTotalPixels,
  imageCrop,
  imagePadForOutpaint,
  imageFlip,
  imageRotate,
  imageInvert,
  imageBlend,
  imageComposite,
  imageBlur,
  imageSharpen,
  imageQuantize,
  imageEmpty,
  imageBatch,
  imageFromBatch,
  imageRepeat,
  imageSave,
  imagePreview,
  maskLoad,
  maskSolid,
  maskFromImageChannel,
  maskFromColor,
  maskToImage,
  maskInvert,
  maskCompose,
  maskCrop,
  maskGrow,
  maskFeather,
  maskThreshold,
  valueSeed,
  valueNumber,
  valueText,
];
