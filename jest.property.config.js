import config from './jest.config.js';

// What takes longer than a person waits: in full the properties and sweeps of which `npm test` tries a sample, and
// the specs that start many processes or a compiler.
export default {
  ...config,
  testRegex: '(test/property/.*|\\.(property|slow))\\.spec\\.ts$',
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  globals: { isFullRun: true },
};
