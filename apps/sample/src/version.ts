/** The version of this package. A spec compares it with package.json, which the built sample cannot import. */
export const version = '0.1.0';
