import { mkdir, writeFile } from 'node:fs/promises';
import { URL, fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { drawChart } from './chart.mjs';
import { deadlineMs } from './chaos.mjs';
import { engines } from './engines/index.mjs';
import { patienceMs } from './measure.mjs';
import { profileNames, profiles } from './profiles.mjs';
import { comparedProcesses, summaryTable } from './summary.mjs';
import { percent, targets } from './targets.mjs';

const folder = fileURLToPath(new URL('../../../docs/benchmarks/', import.meta.url));
const chartEngines = ['ours', 'rate-limiter-flexible', 'bullmq', 'gcra-burst20'];
/** A network that many have between their backend and ZIM. */
const chartProfile = 'continent';

/**
 * @typedef {object} Findings
 * @property {string} machine
 * @property {readonly number[]} seeds
 * @property {string} tables
 * @property {string} chaos
 * @property {readonly string[]} misses
 * @property {readonly import('./rows.mjs').Row[]} rows
 */

/**
 * Writes the page and its picture.
 *
 * @param {Findings} findings
 * @returns {Promise<string[]>} what was written
 */
export async function writeDocument(findings) {
  await mkdir(folder, { recursive: true });
  const chart = chartOf(findings.rows);
  const page = `${folder}pacing.md`;
  const options = (await resolveConfig(page)) ?? {};
  const text = pageOf(findings, chart !== undefined);
  await writeFile(page, await format(text, { ...options, parser: 'markdown' }));
  if (chart === undefined) return [page];
  await writeFile(`${folder}pacing.svg`, chart);
  return [page, `${folder}pacing.svg`];
}

function chartOf(rows) {
  const lines = chartEngines.flatMap((engine) => {
    const row = rows.find(
      (each) =>
        each.engine === engine &&
        each.workload === 'burst' &&
        each.profile === chartProfile &&
        each.processes === comparedProcesses &&
        each.busy === 0,
    );
    return row === undefined || row.failure !== undefined
      ? []
      : [{ engine, arrivalTimes: row.results[0].arrivalTimes }];
  });
  return lines.length === 0 ? undefined : drawChart(lines);
}

/**
 * @param {Findings} findings
 * @param {boolean} hasChart
 * @returns {string} Markdown
 */
export function pageOf({ machine, seeds, tables, chaos, misses, rows }, hasChart) {
  const today = new Date().toISOString().slice(0, 10);
  return `# Rate limiting, measured

ZIM accepts 20 invites per second per AppID, over all instances of a backend, and refuses the rest. How fast do 250 invites
get through, made at once by ${comparedProcesses} processes, and how many does the server refuse?

${summaryTable(rows)}

- **Efficiency** (of the worst seed): the time a perfect sender would need, divided by the time taken. A perfect sender knows
  exactly how long each request travels and uses every slot at the first possible moment.
- **Strict** (\`rateLimit.mode: 'strict'\`, the default) leaves enough room for the network's jitter that no request is refused.
- **Efficient** (\`rateLimit.mode: 'efficient'\`) leaves less room. The module repeats the few refused requests: every call
  rings.
- **Best alternative**: of the limiters below, the most efficient one that was not refused at all; if all were, the one with
  the fewest refusals. It does not repeat refused calls: their phones do not ring.
${hasChart ? `\n![Arrivals in any one second](pacing.svg)\n\nNetwork of the picture: ${chartProfile}.\n` : ''}
## Method

\`npm run bench:pacing -- --write\` writes this page. Real processes share a real Redis and send over HTTP to a server that
checks each request when it arrives: it accepts a request if it has accepted fewer than 20 in the second before, and otherwise
answers with code 660300005, as ZIM does. A relay between them delays each request and each reply by a random time, apart from
each other; the server holds each reply for a random processing time. The relay does not delay the opening of connections,
and Redis is on the same machine as the backend.${latenessText(rows)}

| network | |
| --- | --- |
${profileNames.map((name) => `| ${name} | ${profiles[name].title} |`).join('\n')}

All engines get the same calls, and every run has new processes, each of which makes two calls a little more than a second
before the start (except the new processes of _cold_). A seed decides the delays and the random arrivals; the first seed is the
one whose p95 wait under the optimum is the median among seeds 1 to 41.${
    seeds.length === 1
      ? ''
      : ` \`nestjs-zim-call\` runs with ${seeds.length} seeds: its figures are the worst and the\nmean of them, its refusals the sum. Rows without a mean, and the alternatives, ran with the first seed.`
  }

${machine} · ${today} · ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}

## Columns

- _refused_: requests that the server refused. _rang_: calls that it accepted in the end.
- _last arrival_: when the last request arrived, counted from the first call; "not done" if requests had still not arrived
  ${patienceMs / 1_000} s after the last call was due.
- _efficiency_: as above, for the accepted calls, from the first call to the last arrival.
- _of the profile's own_: the same, compared with a sender that must not be refused and does not know how long each request
  travels. Requests that travel for a time that varies by J need 1 s + J between the first and the 21st.
- _mean behind the optimum_: how much later calls arrived than those of the perfect sender, in the mean.
- _wait_: of accepted calls, from the moment the backend was called to the arrival; the worst seed.
- _Jain index_: how evenly the accepted calls were spread over the processes at half-time; 1 is even, 1/n means that one
  process made all of them.
- _wasted slots_: slots that were taken but not used, because the process woke up too late.
- _round trips per call_: scripts that Redis ran, divided by requests sent.
- _p95 wait of the new_: of the calls of the processes that started under load; the optimum serves all calls in the order
  they were made.
- _worse than nestjs-zim-call in_: compared with strict mode with as many processes and the same calls.

## Workloads

${tables === '' ? 'Not measured.' : tables}

## Incidents

\`nestjs-zim-call\` in strict mode with four processes: 26 calls per second for nine seconds, each with a deadline of
${deadlineMs / 1_000} s, then a pause, then 20 more calls within a second. What a killed process knew of its calls is lost with it:
in that row, _calls_, _done_ and _not sent_ are those of the other three; arrivals are those of all.

${chaos === '' ? 'Not measured.' : chaos}

## Targets

${targetsText()}

${verdictOf(misses, rows)}
`;
}

/** A reader can judge by it how exact the delays were. */
function latenessText(rows) {
  const late = rows
    .flatMap(({ results }) => results)
    .map(({ networkLateMs }) => networkLateMs)
    .toSorted((a, b) => a - b);
  if (late.length === 0) return '';
  const worst = late.at(-1)?.toFixed(1);
  return ` In the worst run the relay forwarded 99 % of all data at most ${worst} ms later than intended.`;
}

function targetsText() {
  const { efficiency, refusedShare } = targets;
  const line = (mode, note) =>
    `| ${mode} | ${profileNames.map((name) => percent(efficiency[mode][name])).join(' | ')} | ${note} |`;
  return `| mode | ${profileNames.map((name) => `efficiency of the burst, ${name}`).join(' | ')} | refused |
| --- | ${profileNames.map(() => '---:').join(' | ')} | ---: |
${line('strict', 'none')}
${line('efficient', `at most ${percent(refusedShare.efficient)}`)}

In strict mode ${percent(targets.ownEfficiency)} of the profile's own optimum are enough, and ${percent(targets.busyEfficiency)} efficiency while the
cores are kept busy. In both modes: every call rings; Jain index at least ${targets.jain}; p95 wait of random arrivals at most
${targets.poissonWaitRatio} times the optimum's (strict: the profile's own) and the mean round trip; median wait of the tenants that come
second at most ${targets.lateTenantWaitMs / 1_000} s, longer by the network's jitter and delay; at most ${percent(targets.wastedShare)} of the slots wasted; at most
${targets.roundTrips.toFixed(2)} round trips per call. In strict mode at most 20 arrivals in any second.`;
}

function verdictOf(misses, rows) {
  if (misses.length > 0) {
    const list = misses.map((miss) => `- ${miss}`).join('\n');
    return `Missed, for reasons that\n[decision 36](../decisions/0036-the-jitter-of-the-network.md#what-is-missing) names:\n\n${list}`;
  }
  const isMeasured = rows.some(({ engine }) => engines[engine].isOurs);
  return isMeasured ? 'All were met.' : 'nestjs-zim-call was not measured.';
}
