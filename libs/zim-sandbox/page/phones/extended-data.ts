/** Deeply nested brackets can become a thousand times longer by indentation. */
const maxLength = 20_000;
/** Matches a string, a bracket or separator, or a number or keyword. */
const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * Indents extended data that is JSON and leaves it otherwise unchanged. A first line that is not JSON, such as a
 * correlation id, stays above it.
 */
export function readableData(text: string): string {
  const whole = indentJson(text);
  if (whole !== undefined) return whole;
  const lineEnd = text.indexOf('\n') + 1;
  const firstLine = text.slice(0, lineEnd);
  const rest = isJsonStructure(firstLine) ? undefined : indentJson(text.slice(lineEnd));
  return rest === undefined ? text : firstLine + rest;
}

/** Copies the tokens as they are, because `JSON.parse` would round long numbers. */
function indentJson(text: string): string | undefined {
  if (!isJsonStructure(text)) return undefined;
  let result = '';
  let depth = 0;
  let previous = '';
  for (const [part] of text.matchAll(token)) {
    const isFirst = previous === '{' || previous === '[';
    const isClosing = part === '}' || part === ']';
    if (isClosing) depth--;
    // Empty brackets stay on one line.
    if (isClosing ? !isFirst : isFirst || previous === ',') result += `\n${'  '.repeat(depth)}`;
    if (part === '{' || part === '[') depth++;
    result += part === ':' ? ': ' : part;
    if (result.length > maxLength) return undefined;
    previous = part;
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
