// The command line: measures, prints the report, and ends with 1 if a target was missed.
import { exit, stderr, stdout } from 'node:process';
import { chaosTables, runIncident } from './chaos.mjs';
import { killAllChildren } from './children.mjs';
import { nowMs } from './clock.mjs';
import { UsageError, help, readCommandLine } from './command-line.mjs';
import { writeDocument } from './document.mjs';
import { engines } from './engines/index.mjs';
import { incidents } from './incidents.mjs';
import { describeMachine } from './machine.mjs';
import { workloadTables } from './report.mjs';
import { planRuns, runPlan } from './rows.mjs';
import { missedTargets, percent } from './targets.mjs';

const startMs = nowMs();

function say(text) {
  stdout.write(`${text}\n`);
}

function progress(text) {
  say(`${((nowMs() - startMs) / 1_000).toFixed(0).padStart(4)} s  ${text}`);
}

/** Keeps the order of the plans, whichever ends first. */
async function inGroups(items, size, work) {
  const done = [];
  for (let at = 0; at < items.length; at += size) {
    done.push(...(await Promise.all(items.slice(at, at + size).map(work))));
  }
  return done;
}

async function measureAll(choice) {
  const plans = planRuns(choice);
  const run = async (plan) => {
    const row = { ...plan, results: [] };
    for (const seed of seedsOf(plan, choice)) {
      try {
        row.results.push(await runPlan(plan, seed));
      } catch (error) {
        row.failure = firstLine(error);
      }
      progress(describe(row, seed));
      if (row.failure !== undefined) break;
    }
    return row;
  };
  const own = plans.filter(({ engine }) => engines[engine].isOurs);
  const others = plans.filter(({ engine }) => !engines[engine].isOurs);
  return [
    // Ours is judged by targets, so it has the machine to itself.
    ...(await inGroups(own, choice.concurrent ?? 1, run)),
    ...(await inGroups(others, choice.concurrent ?? 2, run)),
  ];
}

/** The seed decides little of the other workloads. */
function seedsOf({ engine, workload }, { seeds }) {
  const isVaried = engines[engine].isOurs && ['burst', 'poisson'].includes(workload);
  return isVaried ? seeds : seeds.slice(0, 1);
}

function describe(row, seed) {
  const name = `${nameOf(row, row.engine)}, seed ${seed}: `;
  if (row.failure !== undefined) return `${name}did not run: ${row.failure}`;
  const { metrics, newcomers, strays, networkLateMs } = row.results.at(-1);
  const { refused, rang, calls, maxInWindow, makespanMs, efficiency, ownEfficiency } = metrics;
  return [
    `${name}${refused} refused`,
    ...(rang === calls ? [] : [`${rang} of ${calls} rang`]),
    `at most ${maxInWindow} in a second`,
    `${(makespanMs / 1_000).toFixed(2)} s`,
    ...(newcomers === undefined
      ? [`efficiency ${percent(efficiency ?? 0)} (own optimum ${percent(ownEfficiency ?? 0)})`]
      : [`the new: p95 wait ${inMs(newcomers.p95Ms)}, optimum ${inMs(newcomers.optimalP95Ms)}`]),
    `p95 wait ${inMs(metrics.waitMs.p95)}`,
    ...strays,
    ...(networkLateMs < 1 ? [] : [`network ${networkLateMs.toFixed(1)} ms late`]),
  ].join(', ');
}

function nameOf({ profile, workload, processes, busy }, engine) {
  const cores = busy > 0 ? `, ${busy} cores busy` : '';
  return `${profile}, ${workload}, ${engine}, ${processes} processes${cores}`;
}

function inMs(value) {
  return `${(value ?? 0).toFixed(0)} ms`;
}

function chaosOf({ parts, chaosProfiles, seeds: [seed] }) {
  if (!parts.includes('chaos')) return [];
  const plans = chaosProfiles.flatMap((profile) =>
    incidents.map((incident) => ({ profile, incident })),
  );
  return inGroups(plans, 1, async ({ profile, incident }) => {
    const row = await runIncident(incident, profile, seed).catch((error) => ({
      incident,
      failure: firstLine(error),
    }));
    const wrongs = row.failure ?? row.verdict.wrongs.join('; ');
    progress(`${profile}, chaos, ${incident.title}: ${wrongs === '' ? 'nothing wrong' : wrongs}`);
    return { ...row, profile };
  });
}

function missesOf(rows, chaosRows) {
  return [
    ...rows
      .filter((row) => engines[row.engine].isOurs)
      .flatMap((row) =>
        missedTargets(row).map(
          (miss) => `${nameOf(row, engines[row.engine].title.replaceAll('*', ''))}: ${miss}`,
        ),
      ),
    ...chaosRows.flatMap(({ profile, incident, verdict, failure }) =>
      (verdict?.wrongs ?? [failure]).map((wrong) => `${profile}, ${incident.title}: ${wrong}`),
    ),
  ];
}

function firstLine(error) {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0];
}

async function main() {
  const choice = readCommandLine(process.argv.slice(2));
  if (choice.isHelpWanted) {
    stdout.write(help);
    return 0;
  }
  const machine = await describeMachine();
  const { seeds } = choice;
  say(`${machine} · ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`);
  const rows = await measureAll(choice);
  const chaosRows = await chaosOf(choice);
  const tables = workloadTables(rows, seeds);
  const chaos = chaosTables(chaosRows);
  const misses = missesOf(rows, chaosRows);
  say(`\n${[tables, chaos].filter((text) => text !== '').join('\n\n')}\n`);
  if (choice.isWritten) {
    const findings = { machine, seeds, tables, chaos, misses, rows };
    for (const path of await writeDocument(findings)) say(`wrote ${path}`);
  }
  for (const miss of misses) say(`missed: ${miss}`);
  say(`${misses.length} targets missed, ${((nowMs() - startMs) / 1_000).toFixed(0)} s in all`);
  return misses.length === 0 ? 0 : 1;
}

process.once('exit', killAllChildren);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => exit(130));
try {
  exit(await main());
} catch (error) {
  stderr.write(`${error instanceof UsageError ? error.message : firstLine(error)}\n`);
  exit(2);
}
