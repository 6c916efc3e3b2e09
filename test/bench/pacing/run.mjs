// The command line: measures, prints the report, and ends with 1 if a target was missed.
import { exit, stderr, stdout } from 'node:process';
import { chaosTable, runIncident } from './chaos.mjs';
import { killAllChildren } from './children.mjs';
import { nowMs } from './clock.mjs';
import { UsageError, help, readCommandLine } from './command-line.mjs';
import { writeDocument } from './document.mjs';
import { alternatives, engines } from './engines/index.mjs';
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
  const own = plans.filter(({ engine }) => engines[engine].isOurs);
  const others = plans.filter(({ engine }) => alternatives.includes(engine));
  const run = async (plan) => {
    const row = await runPlan(plan, choice.seed).catch((error) => ({
      ...plan,
      failure: firstLine(error),
    }));
    progress(describe(row));
    return row;
  };
  // Ours is judged by targets, so it has the machine to itself.
  return [...(await inGroups(own, 1, run)), ...(await inGroups(others, choice.concurrent, run))];
}

function describe({ workload, engine, processes, failure, metrics, strays }) {
  const name = `${workload}, ${engine}, ${processes} processes: `;
  if (failure !== undefined) return `${name}did not run: ${failure}`;
  const { refused, maxInWindow, makespanMs, efficiency = 0, done, waitMs } = metrics;
  return (
    `${name}${refused} refused, at most ${maxInWindow} in a second, ` +
    `${done ? '' : 'not done, '}${(makespanMs / 1_000).toFixed(2)} s, ` +
    `efficiency ${percent(efficiency)}, p95 wait ${(waitMs.p95 ?? 0).toFixed(0)} ms` +
    strays.map((stray) => `, ${stray}`).join('')
  );
}

function chaosOf(parts) {
  if (!parts.includes('chaos')) return [];
  return inGroups(incidents, 1, async (incident) => {
    const row = await runIncident(incident).catch((error) => ({
      incident,
      failure: firstLine(error),
    }));
    const wrongs = row.failure ?? row.verdict.wrongs.join('; ');
    progress(`chaos, ${incident.title}: ${wrongs === '' ? 'nothing wrong' : wrongs}`);
    return row;
  });
}

function missesOf(rows, chaosRows, seed) {
  return [
    ...rows
      .filter((row) => engines[row.engine].isOurs)
      .flatMap((row) =>
        missedTargets(row, seed).map(
          (miss) => `${row.workload}, ${titleOf(row)}, ${row.processes} processes: ${miss}`,
        ),
      ),
    ...chaosRows.flatMap(({ incident, verdict, failure }) =>
      (verdict?.wrongs ?? [failure]).map((wrong) => `${incident.title}: ${wrong}`),
    ),
  ];
}

function titleOf({ engine }) {
  return engines[engine].title.replaceAll('*', '');
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
  say(`${machine} · seed ${choice.seed}`);
  const rows = await measureAll(choice);
  const chaosRows = await chaosOf(choice.parts);
  const tables = workloadTables(rows, choice.seed);
  const chaos = chaosRows.length === 0 ? '' : chaosTable(chaosRows);
  const misses = missesOf(rows, chaosRows, choice.seed);
  say(`\n${[tables, chaos].filter((text) => text !== '').join('\n\n')}\n`);
  if (choice.isWritten) {
    const findings = { machine, seed: choice.seed, tables, chaos, misses, rows };
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
