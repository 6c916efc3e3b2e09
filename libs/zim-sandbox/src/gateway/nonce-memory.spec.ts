import { NonceMemory } from './nonce-memory.js';

describe('NonceMemory', () => {
  it('remembers a nonce while its signature lives, for each AppID on its own', () => {
    const memory = new NonceMemory();
    expect(memory.remember(1, 'n', 1000, 1000)).toBe(true);
    expect(memory.remember(1, 'n', 1000, 1000)).toBe(false);
    expect(memory.remember(2, 'n', 1000, 1000)).toBe(true);
    expect(memory.remember(1, 'm', 1000, 1000)).toBe(true);
    expect(memory.remember(1, 'n', 1600, 1600)).toBe(false);
    expect(memory.remember(1, 'n', 1601, 1601)).toBe(true);
  });

  it('remembers one whose Timestamp lies ahead for longer', () => {
    const memory = new NonceMemory();
    expect(memory.remember(1, 'n', 1600, 1000)).toBe(true);
    expect(memory.remember(1, 'late', 1000, 1000)).toBe(true);
    expect(memory.remember(1, 'n', 1600, 2200)).toBe(false);
    expect(memory.remember(1, 'late', 2200, 2200)).toBe(true);
    expect(memory.remember(1, 'n', 2201, 2201)).toBe(true);
  });
});
