/** A nest of brackets can be indented to a thousand times its length. */
const maxCharacters = 20_000;
/** A string, a bracket or a sign between values, or a number or word. */
const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * A call's extended data to be read by people: JSON is indented, and nothing else about it changed. A first
 * line that is no JSON, such as a mark by which calls are correlated, stays above it.
 */
export function readableData(text: string): string {
  const whole = indentJson(text);
  if (whole !== undefined) return whole;
  const lineEnd = text.indexOf('\n') + 1;
  const firstLine = text.slice(0, lineEnd);
  const rest = isJsonStructure(firstLine) ? undefined : indentJson(text.slice(lineEnd));
  return rest === undefined ? text : firstLine + rest;
}

/** The tokens stay as they are: numbers may have more digits than JavaScript keeps. */
function indentJson(text: string): string | undefined {
  if (!isJsonStructure(text)) return undefined;
  let result = '';
  let depth = 0;
  let before = '';
  for (const [part] of text.matchAll(token)) {
    const isFirst = before === '{' || before === '[';
    const isClosing = part === '}' || part === ']';
    if (isClosing) depth--;
    // Empty brackets stay on one line.
    if (isClosing ? !isFirst : isFirst || before === ',') result += `\n${'  '.repeat(depth)}`;
    if (part === '{' || part === '[') depth++;
    result += part === ':' ? ': ' : part;
    if (result.length > maxCharacters) return undefined;
    before = part;
  }
  return result;
}

function isJsonStructure(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}
