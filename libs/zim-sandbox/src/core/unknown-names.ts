/** A name that differs in more than half of its characters was hardly meant. */
const maxDifference = 0.5;
/** What is longer was no name at all, and would take long to compare. */
const maxLength = 100;

/**
 * Returns a sentence about each name that is not known, with the known one that is most like it, if one is.
 *
 * @param path put before the unknown name, such as `users[0].`
 */
export function unknownNames(
  given: Iterable<string>,
  known: readonly string[],
  path = '',
): readonly string[] {
  const all = known.length === 0 ? 'there are none here' : `there are ${known.join(', ')}`;
  return [...given]
    .filter((name) => !known.includes(name))
    .map((name) => {
      const nearest = nearestTo(name, known);
      const question = nearest === undefined ? '' : `did you mean ${nearest}? `;
      return `${path}${name} is unknown: ${question}${all}`;
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

/** From 0 to 1, without regard to capitals; small for a name that is a part of the other. */
function differenceOf(name: string, candidate: string): number {
  const [a, b] = [name.toLowerCase(), candidate.toLowerCase()];
  const difference = editDistance(a, b) / Math.max(a.length, b.length);
  return a !== '' && (a.includes(b) || b.includes(a)) ? difference / 10 : difference;
}

/** How many characters must be inserted, removed or replaced to turn one text into the other. */
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
