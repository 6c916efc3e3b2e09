import { utf8ByteLength } from './text.js';

/** The name and version of the envelope. It is this project's own: ZIM hands it on like any other text. */
const opening = 'zim-call/1 ';
const idCharacters = 22;
const firstLine = new RegExp(`^${opening}([A-Za-z0-9_-]{${idCharacters}})\n`);

/** What the envelope takes of ZIM's 2048 bytes for ExtendedData. */
export const correlationOverheadBytes = utf8ByteLength(opening) + idCharacters + 1;

/** What an invite's ExtendedData holds. */
export interface CorrelatedData {
  /** Absent if the text has no envelope. */
  readonly correlationId?: string;
  /** What the caller gave, character for character. */
  readonly extendedData: string;
}

/**
 * Puts a mark before an invite's ExtendedData, as a line of its own: `zim-call/1 <id>`.
 * @param correlationId 22 characters of base64url: 16 bytes that nobody can guess
 */
export function writeCorrelation(correlationId: string, extendedData: string): string {
  return `${opening}${correlationId}\n${extendedData}`;
}

/** Takes the mark off an invite's ExtendedData. A text without one is given back as it is. */
export function readCorrelation(extendedData: string): CorrelatedData {
  const [line, correlationId] = firstLine.exec(extendedData) ?? [];
  if (line === undefined || correlationId === undefined) return { extendedData };
  return { correlationId, extendedData: extendedData.slice(line.length) };
}
