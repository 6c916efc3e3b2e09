/** The version of this package, as in package.json (checked by a spec): only one of the two builds could import that. */
export const version = '0.0.0';
