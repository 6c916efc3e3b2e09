/** The version of this package. A spec compares it with package.json, which only one of the two builds could read. */
export const version = '0.1.0';
