import config from './jest.config.js';

// Specs that need a real redis-server, and the built sample. `npm test` needs neither.
export default {
  ...config,
  testRegex: '(test/redis/.*|\\.redis)\\.spec\\.ts$',
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  testTimeout: 30_000,
};
