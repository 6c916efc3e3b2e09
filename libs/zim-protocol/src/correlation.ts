import { utf8ByteLength } from './text.js';

/** Name and version of the envelope. It is this project's own; ZIM passes it on like any other text. */
const prefix = 'zim-call/1 ';
const idCharacters = 22;
const firstLine = new RegExp(`^${prefix}([A-Za-z0-9_-]{${idCharacters}})\n`);

/** Bytes that the envelope uses of the 2048 bytes of ExtendedData. */
export const correlationOverheadBytes = utf8ByteLength(prefix) + idCharacters + 1;

/** The ExtendedData of an invite, split into correlation id and the caller's text. */
export interface CorrelatedData {
  /** Absent if the text has no envelope. */
  readonly correlationId?: string;
  /** The caller's text, unchanged. */
  readonly extendedData: string;
}

/**
 * Prepends a correlation id to an invite's ExtendedData, on a line of its own: `zim-call/1 <id>`.
 * @param correlationId - 22 characters of base64url: 16 unguessable bytes
 */
export function writeCorrelation(correlationId: string, extendedData: string): string {
  return `${prefix}${correlationId}\n${extendedData}`;
}

/** Splits the correlation id off an invite's ExtendedData. A text without one is returned unchanged. */
export function readCorrelation(extendedData: string): CorrelatedData {
  const [line, correlationId] = firstLine.exec(extendedData) ?? [];
  if (line === undefined || correlationId === undefined) return { extendedData };
  return { correlationId, extendedData: extendedData.slice(line.length) };
}
