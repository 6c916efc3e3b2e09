import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zimActions, zimReturnCodes } from 'zim-protocol';
import { assumptionTable } from '../../src/core/assumptions.js';
import { codeText } from './code-text.js';
import { codesZh } from './codes-zh.js';

const codes = Object.fromEntries(
  [...zimReturnCodes].map(([code, { meaning, advice }]) => [code, { meaning, advice }]),
);

function codesInSources(): number[] {
  const sources = join(__dirname, '../../src');
  return readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .flatMap((name) =>
      [...readFileSync(join(sources, name), 'utf8').matchAll(/\b(1000000\d\d|66\d{7})\b/g)].map(
        ([code]) => Number(code),
      ),
    );
}

describe('codeText', () => {
  it('explains a code in the language of the page', () => {
    expect(codeText(660900005, 'en', codes)).toEqual({ ...codes['660900005'], lang: 'en' });
    expect(codeText(660900005, 'zh', codes)).toEqual({
      meaning: '呼叫已结束',
      advice: '无需处理',
      lang: 'zh-CN',
    });
  });

  it('falls back to English, and returns undefined for an undocumented code', () => {
    expect(codeText(660600001, 'zh', codes)).toEqual({ ...codes['660600001'], lang: 'en' });
    expect(codeText(424242, 'zh', codes)).toBeUndefined();
    expect(codeText(424242, 'en', codes)).toBeUndefined();
  });
});

describe('codesZh', () => {
  it('has every code that the sandbox returns', () => {
    const returned = new Set([
      0,
      ...codesInSources(),
      ...Object.values(zimActions).map(({ throttleCode }) => throttleCode),
      ...assumptionTable.repeatAnswer.values.map(Number),
    ]);
    expect(returned.size).toBeGreaterThan(30);
    expect([...returned].filter((code) => !codesZh.has(code))).toEqual([]);
  });

  it('has no undocumented codes', () => {
    expect([...codesZh.keys()].filter((code) => !zimReturnCodes.has(code))).toEqual([]);
  });
});
