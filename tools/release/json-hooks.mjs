/** Loads JSON files that a package imports without saying `with { type: 'json' }`, which Node asks for. */
export function load(url, context, nextLoad) {
  if (!url.endsWith('.json')) return nextLoad(url, context);
  return nextLoad(url, { ...context, importAttributes: { type: 'json' } });
}
