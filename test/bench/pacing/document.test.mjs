// The page, from rows made by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError, readCommandLine } from './command-line.mjs';
import { pageOf } from './document.mjs';
import { workloadTables } from './report.mjs';
import { planRuns } from './rows.mjs';
import { bestAlternative, summaryTable } from './summary.mjs';

function row(engine, efficiency, refused, changes = {}) {
  const metrics = {
    calls: 250,
    sent: 250,
    accepted: 250 - refused,
    refused,
    rang: 250 - refused,
    arrived: 250,
    done: true,
    maxInWindow: 20,
    makespanMs: 12_000,
    efficiency,
    ownEfficiency: efficiency,
    behindMs: 10,
    waitMs: { p50: 20, p95: 100, max: 200 },
    tenantWaitMs: {},
    jain: 1,
  };
  const result = { seed: 27, metrics, strays: [], arrivalTimes: [], networkLateMs: 0 };
  const plan = { engine, processes: 4, workload: 'burst', profile: 'region', busy: 0 };
  return { ...plan, results: [result], ...changes };
}

const rows = [
  row('ours', 0.975, 0),
  row('ours-efficient', 0.99, 1),
  row('static', 0.999, 20),
  row('gcra-burst1', 0.9, 0),
  row('bottleneck-mintime', 0.92, 0),
];

test('the best alternative has the fewest refusals, then the highest efficiency', () => {
  assert.equal(bestAlternative(rows)?.engine, 'bottleneck-mintime');
  assert.equal(bestAlternative([rows[0], rows[2]])?.engine, 'static');
  assert.equal(bestAlternative([rows[0]]), undefined);
});

test('the summary has one line for each network', () => {
  const lines = summaryTable(rows).split('\n');
  assert.equal(lines.length, 6);
  assert.equal(
    lines[3],
    '| **region** | 97.5 %, none refused | 99.0 %, 0.4 % refused | 92.0 %, none refused – bottleneck, minTime 50 |',
  );
  assert.equal(lines[4], '| **continent** | not measured | not measured | not measured |');
});

test('with several seeds a cell has the worst and the mean', () => {
  const [first] = row('ours', 0.96, 0).results;
  const [second] = row('ours', 0.98, 2).results;
  const both = row('ours', 0, 0, { results: [first, { ...second, seed: 1 }] });
  const table = workloadTables([both], [27, 1]);
  assert.match(table, /\| 96\.0 % \/ 97\.0 % \|/);
  assert.match(table, /\| 2 \(0\.4 %\) \| 498 of 500 \|/);
  assert.match(table, /efficiency, worst \/ mean/);
  assert.match(summaryTable([both]), /96\.0 %, 0\.4 % refused/);
});

test('every row of a table has as many cells as its head', () => {
  for (const workload of ['burst', 'skew', 'poisson', 'cold']) {
    const changed = rows.map((each) => ({ ...each, workload }));
    const lines = workloadTables(changed, [27])
      .split('\n')
      .filter((line) => line.startsWith('|'));
    const optima = workload === 'cold' ? 0 : 2;
    assert.equal(lines.length, 2 + optima + rows.length);
    assert.equal(new Set(lines.map((line) => line.split('|').length)).size, 1);
  }
});

test('the page begins with the summary and ends with what was missed', () => {
  const findings = {
    machine: 'a machine',
    seeds: [27],
    tables: '',
    chaos: '',
    misses: ['region, burst: 1 refused'],
    rows,
  };
  const page = pageOf(findings, false);
  assert.ok(page.indexOf('| network | strict |') < page.indexOf('## Method'));
  assert.match(page, /In the worst run the relay forwarded 99 % of all data at most 0\.0 ms later/);
  assert.match(page, /- region, burst: 1 refused\n$/);
});

test('the plan of everything, and of a choice', () => {
  const all = planRuns({ ...readCommandLine([]) });
  const busy = all.filter((plan) => plan.busy > 0);
  assert.deepEqual(
    [...new Set(busy.map(({ engine, processes }) => `${engine} ${processes}`))],
    ['ours 8', 'ours-efficient 8'],
  );
  const args = '--workload burst --processes 2 --engine ours --profile far --busy 3 --seeds 2';
  const choice = readCommandLine(args.split(' '));
  assert.deepEqual(choice.seeds, [27, 1]);
  assert.deepEqual(planRuns(choice), [
    { engine: 'ours', processes: 2, workload: 'burst', profile: 'far', busy: 3 },
  ]);
});

test('the whole benchmark measures everything on loopback, and elsewhere the burst', () => {
  const plans = planRuns(readCommandLine([]));
  const enginesOf = (profile, workload) => [
    ...new Set(
      plans
        .filter((plan) => plan.profile === profile && plan.workload === workload)
        .map(({ engine }) => engine),
    ),
  ];
  assert.equal(enginesOf('loopback', 'skew').length, enginesOf('far', 'burst').length);
  assert.deepEqual(enginesOf('far', 'skew'), ['ours', 'ours-efficient']);
  assert.deepEqual(enginesOf('far', 'cold'), ['ours', 'ours-efficient']);
  const asked = planRuns(readCommandLine('--workload skew --profile far'.split(' ')));
  assert.ok(asked.length > 10);
});

test('the incidents run on loopback unless a network is named', () => {
  assert.deepEqual(readCommandLine(['--only', 'chaos']).chaosProfiles, ['loopback', 'continent']);
  const { parts, chaosProfiles } = readCommandLine('--only chaos --profile far'.split(' '));
  assert.deepEqual([parts, chaosProfiles], [['chaos'], ['far']]);
  assert.throws(() => readCommandLine(['--profile', 'moon']), UsageError);
});
