import { inEachLanguage, tableRows } from '../../../test/support/documents.js';
import { rateLimitOptionNames, zimCallOptionNames } from './config/resolve-options.js';
import { errorClassOf, httpStatusOf } from './errors/code-table.js';

describe('the guide', () => {
  it.each(inEachLanguage('docs/guide/configuration.md'))(
    '%s lists every option, and no other',
    (document) => {
      const first = tableRows(document).findIndex(([cell]) => cell === '`appId`');
      const rows = tableRows(document).slice(first, first + zimCallOptionNames.length + 2);
      expect(rows.map(([cell]) => cell?.replace(/`/g, '')).sort()).toEqual(
        [...zimCallOptionNames, 'name', 'isGlobal'].sort(),
      );
    },
  );

  it.each(inEachLanguage('docs/guide/rate-limiting.md'))(
    '%s lists every option of rateLimit, and no other',
    (document) => {
      const first = tableRows(document).findIndex(([cell]) => cell === '`limit`');
      const rows = tableRows(document).slice(first, first + rateLimitOptionNames.length);
      expect(rows.map(([cell]) => cell?.replace(/`/g, '')).sort()).toEqual(
        [...rateLimitOptionNames].sort(),
      );
    },
  );

  it.each(inEachLanguage('docs/guide/errors.md'))(
    '%s states the class and HTTP status of every code it names',
    (document) => {
      const rows = tableRows(document).filter(([cell]) => /^`Zim\w+Error`$/.test(cell ?? ''));
      const stated = rows.flatMap(([name, when = '', status = '']) =>
        [...when.matchAll(/\d+/g)].map(([code]) => [Number(code), name?.replace(/`/g, ''), status]),
      );
      expect(stated.length).toBeGreaterThan(14);
      for (const [code, name, status] of stated) {
        const error = new (errorClassOf(Number(code)))('x', {
          outcome: 'rejected',
          vendorCode: Number(code),
        });
        expect([code, error.name]).toEqual([code, name]);
        expect(String(status)).toContain(String(httpStatusOf(error)));
      }
    },
  );
});
