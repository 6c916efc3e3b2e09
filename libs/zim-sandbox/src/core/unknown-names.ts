/** A name that differs in more than half of its characters is not suggested. */
const maxDifference = 0.5;
/** Longer texts are not compared: they are no names, and comparing them takes long. */
const maxLength = 100;

/**
 * Returns a message about each unknown name, with the most similar known name, if there is one.
 *
 * @param path - put before the unknown name, such as `users[0].`
 */
export function unknownNames(
  given: Iterable<string>,
  known: readonly string[],
  path = '',
): readonly string[] {
  const all = known.length === 0 ? 'no names are known here' : `known names: ${known.join(', ')}`;
  return [...given]
    .filter((name) => !known.includes(name))
    .map((name) => {
      const nearest = nearestTo(name, known);
      const suggestion = nearest === undefined ? '' : `did you mean ${nearest}? `;
      return `${path}${name} is unknown; ${suggestion}${all}`;
    });
}

function nearestTo(name: string, known: readonly string[]): string | undefined {
  if (name.length > maxLength) return undefined;
  const [nearest] = known
    .map((candidate) => ({ candidate, difference: differenceOf(name, candidate) }))
    .filter(({ difference }) => difference <= maxDifference)
    .sort((a, b) => a.difference - b.difference);
  return nearest?.candidate;
}

/** Returns 0 to 1, ignoring case; small for a name that contains the other. */
function differenceOf(name: string, candidate: string): number {
  const [a, b] = [name.toLowerCase(), candidate.toLowerCase()];
  const difference = editDistance(a, b) / Math.max(a.length, b.length);
  return a !== '' && (a.includes(b) || b.includes(a)) ? difference / 10 : difference;
}

/** Returns the Levenshtein distance. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, char] of Array.from(from).entries()) {
    const next = [index + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const replaced = (row[column] ?? 0) + (char === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
