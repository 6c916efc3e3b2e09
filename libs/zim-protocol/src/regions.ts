/** A region of ZIM's servers; `unified` serves any of them. */
export type ZimRegion = 'unified' | 'sha' | 'hkg' | 'fra' | 'lax' | 'bom' | 'sgp';

/**
 * ZIM's hosts. `unified` serves any region; choose the region in which your backend runs.
 *
 * See https://www.zegocloud.com/docs/zim-server/accessing-server-apis
 */
export const zimRegionHosts = {
  unified: 'zim-api.zego.im',
  /** Chinese mainland, Shanghai */
  sha: 'zim-api-sha.zego.im',
  /** Hong Kong, Macau, Taiwan: Hong Kong */
  hkg: 'zim-api-hkg.zego.im',
  /** Europe, Frankfurt */
  fra: 'zim-api-fra.zego.im',
  /** Western US, California */
  lax: 'zim-api-lax.zego.im',
  /** Asia-Pacific, Mumbai */
  bom: 'zim-api-bom.zego.im',
  /** South-east Asia, Singapore */
  sgp: 'zim-api-sgp.zego.im',
} as const satisfies Record<ZimRegion, string>;

export function isZimRegion(value: unknown): value is ZimRegion {
  return typeof value === 'string' && Object.hasOwn(zimRegionHosts, value);
}

/** Returns `https://` and the host of a region. */
export function zimRegionUrl(region: ZimRegion): string {
  return `https://${zimRegionHosts[region]}`;
}
