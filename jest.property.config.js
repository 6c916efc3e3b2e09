import config from './jest.config.js';

// The properties and sweeps of which `npm test` tries a sample, in full.
export default {
  ...config,
  testRegex: '(test/property/.*|\\.property)\\.spec\\.ts$',
  globals: { isFullRun: true },
};
