/**
 * Changes to the ONNX graph when it is loaded.
 * `pixels-in`: takes uint8 NHWC and turns it into float NCHW as value * scale + shift; with `keep` it takes a mask too,
 *   and what the mask leaves out is 0.
 * `pixels-out`: turns float NCHW into uint8 NHWC as clamp(round((value * scale + shift) * 255)).
 * `affine-in` / `affine-out`: value * scale + shift (VAE scale and shift); float32 outside, whatever is inside.
 * `posterior-out`: mean and log-variance side by side become the mean and, times `scale`, the standard deviation.
 * `patches-in` / `patches-out`: a latent of `channels` outside, patches of 2 by 2 in a row inside, as Flux has them.
 * `places-in`: where each patch of `latent`, which is taken as patches, stands; nothing is asked for outside.
 * `no-places-in`: zeros for each token of `hidden`; nothing is asked for outside.
 * `joined-in`: several tensors outside, joined by channels inside.
 * `row-factor-in`: one factor for each row outside, broadcast over channels and places inside.
 * `frame-in` / `frame-out`: a latent outside, one frame of a film inside.
 * `rows-in`: one timestep for all rows becomes one for each row.
 * `vectors-in`: beside its ids an encoder takes vectors of the width of its `table` of tokens, float32 outside.
 */
export type GraphEdit =
  | {
      readonly edit: 'pixels-in';
      readonly input: string;
      readonly scale: number;
      readonly shift: number;
      readonly keep?: true;
    }
  | { readonly edit: 'affine-in'; readonly input: string; readonly scale: number; readonly shift: number }
  | {
      readonly edit: 'pixels-out' | 'affine-out';
      readonly output: string;
      readonly scale: number;
      readonly shift: number;
    }
  | { readonly edit: 'posterior-out'; readonly output: string; readonly scale: number }
  | { readonly edit: 'patches-in'; readonly input: string; readonly channels: number }
  | { readonly edit: 'patches-out'; readonly output: string; readonly latent: string; readonly channels: number }
  | { readonly edit: 'places-in'; readonly input: string; readonly latent: string }
  | { readonly edit: 'no-places-in'; readonly input: string; readonly hidden: string }
  | {
      readonly edit: 'joined-in';
      readonly input: string;
      readonly pieces: readonly { readonly name: string; readonly channels: number }[];
    }
  | { readonly edit: 'row-factor-in' | 'frame-in' | 'rows-in'; readonly input: string }
  | { readonly edit: 'frame-out'; readonly output: string }
  | {
      readonly edit: 'vectors-in';
      readonly table: string;
      readonly dtype: 'float32' | 'float16';
      readonly width: number;
    };
