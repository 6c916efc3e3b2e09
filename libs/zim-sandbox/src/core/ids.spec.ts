import { SandboxIds } from './ids.js';

describe('SandboxIds', () => {
  const many = (next: () => string) => Array.from({ length: 5000 }, next);

  it('generates unique call ids of 20 digits below 2^64', () => {
    for (let round = 0; round < 20; round++) {
      const ids = new SandboxIds();
      const list = many(() => ids.nextCallId());
      expect(new Set(list).size).toBe(list.length);
      expect(list.filter((id) => !/^[1-9]\d{19}$/.test(id) || BigInt(id) >= 2n ** 64n)).toEqual([]);
    }
  });

  it('generates unique request ids of 19 digits below 2^63', () => {
    for (let round = 0; round < 20; round++) {
      const ids = new SandboxIds();
      const list = many(() => ids.nextRequestId());
      expect(new Set(list).size).toBe(list.length);
      expect(list.filter((id) => !/^[1-9]\d{18}$/.test(id) || BigInt(id) >= 2n ** 63n)).toEqual([]);
    }
  });

  it('generates different ids in two sandboxes', () => {
    expect(new SandboxIds().nextCallId()).not.toBe(new SandboxIds().nextCallId());
  });
});
