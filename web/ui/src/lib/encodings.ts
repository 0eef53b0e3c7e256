import type * as wire from './wire.gen';

/** What TypeScript's DOM types do not know yet. */
export interface Encoding extends RTCRtpEncodingParameters {
  scaleResolutionDownTo?: { maxWidth: number; maxHeight: number };
  scalabilityMode?: string;
}

/** The simulcast encodings of a camera line, lowest first as hello lists them. */
export function encodings(layers: readonly wire.Layer[], scalabilityMode: string | undefined): Encoding[] {
  return layers.map((layer) => ({
    rid: layer.rid,
    active: true,
    maxBitrate: layer.max_bitrate,
    maxFramerate: layer.max_framerate,
    // Unlike scaleResolutionDownBy it keeps all layers with a small camera.
    scaleResolutionDownTo: { maxWidth: layer.width, maxHeight: layer.height },
    ...(scalabilityMode && { scalabilityMode }),
  }));
}

/** Parameters with exactly these encodings active. A browser without simulcast has one encoding, without a rid. */
export function withActive(p: RTCRtpSendParameters, active: readonly string[]): RTCRtpSendParameters {
  const single = p.encodings.length === 1;
  return {
    ...p,
    encodings: p.encodings.map((e) => ({
      ...e,
      active: single ? active.length > 0 : active.includes(e.rid ?? ''),
    })),
  };
}

/** Parameters with scaleResolutionDownBy factors for a camera of this height. */
export function fallbackScale(
  p: RTCRtpSendParameters,
  layers: readonly wire.Layer[],
  cameraHeight: number,
): RTCRtpSendParameters {
  const largest = layers.at(-1);
  const scaled = p.encodings.map((e) => {
    const layer = layers.find((l) => l.rid === e.rid) ?? largest;
    const height = cameraHeight || (largest?.height ?? 0);
    return { ...e, scaleResolutionDownBy: Math.max(1, height / (layer?.height ?? height)) };
  });
  return { ...p, encodings: scaled };
}
