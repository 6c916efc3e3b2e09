// Ours, with more to do than the quota allows, while something goes wrong.
import { sleepUntil } from './clock.mjs';
import { judge } from './chaos-judge.mjs';
import { perform } from './measure.mjs';
import { tableLine } from './report.mjs';
import { steadily } from './workloads.mjs';

const processes = 4;
/** Short enough that the overload alone makes some calls miss it: they must be refused before it. */
export const deadlineMs = 2_000;
/** When the queues have filled, so that each slot would be used. */
const incidentAtMs = 3_000;
/** After the queues have drained and the backend was idle for a while: what is asked then must be sent at once. */
const tail = { fromMs: 12_500, tenant: 'tail' };

/** @typedef {{ incident: import('./incidents.mjs').Incident, verdict?: import('./chaos-judge.mjs').Verdict, failure?: string }} ChaosRow */

/**
 * @param {import('./incidents.mjs').Incident} incident
 * @param {import('./profiles.mjs').ProfileName} profile
 * @param {number} seed of the network's delays
 * @returns {Promise<ChaosRow>}
 */
export async function runIncident(incident, profile, seed) {
  if (incident.missing !== undefined) return { incident, failure: incident.missing };
  const jobs = [
    ...steadily({ perSecond: 26, forMs: 9_000, processes }),
    ...steadily({ perSecond: 20, forMs: 1_000, processes, ...tail }),
  ];
  const outcome = await perform({
    engine: 'ours',
    processes,
    jobs,
    profile,
    seed,
    deadlineMs,
    hasMovableClock: incident.hasMovableClock,
    delays: incident.delays,
    incident: async (scene) => {
      await sleepUntil(scene.startMs + incidentAtMs);
      await incident.happen?.(scene);
    },
  });
  const untilMs = incidentAtMs + incident.lastsMs;
  const survives = ({ process }) => process !== incident.killedProcess;
  return {
    incident,
    verdict: judge(jobs.filter(survives), outcome, {
      deadlineMs,
      fromMs: incidentAtMs,
      untilMs,
      stoppedProcess: incident.stoppedProcess,
      tailTenant: tail.tenant,
    }),
  };
}

/**
 * Makes a table for each network.
 *
 * @param {readonly (ChaosRow & { profile: import('./profiles.mjs').ProfileName })[]} rows
 */
export function chaosTables(rows) {
  return [...new Set(rows.map(({ profile }) => profile))]
    .map((profile) => {
      const own = rows.filter((row) => row.profile === profile);
      return `Network ${profile}:\n\n${chaosTable(own)}`;
    })
    .join('\n\n');
}

function chaosTable(rows) {
  return [
    [
      'incident',
      'calls',
      'done',
      'not sent',
      'refused',
      'max in 1 s',
      'before / during / after',
      'arrived twice',
      'not exactly one result',
      'latest result after its deadline',
      'done after the pause',
      'violations',
    ],
    ['---', ...Array.from({ length: 10 }, () => '---:'), '---'],
    ...rows.map(cells),
  ]
    .map(tableLine)
    .join('\n');
}

/** @returns {string[]} */
function cells({ incident, verdict, failure }) {
  if (verdict === undefined) return [incident.title, `did not run: ${failure}`];
  const { before, meanwhile, after } = verdict.maxInWindow;
  return [
    incident.title,
    ...[verdict.calls, verdict.done, verdict.notSent, verdict.refused].map(String),
    String(verdict.maxInWindow.whole),
    `${before} / ${meanwhile} / ${after}`,
    String(verdict.arrivedTwice),
    String(verdict.withoutOneResult),
    verdict.latestMs > 0 ? `${verdict.latestMs.toFixed(0)} ms` : 'none',
    `${verdict.tailDone} of ${verdict.tailCalls}`,
    verdict.wrongs.length === 0 ? 'none' : verdict.wrongs.join('; '),
  ];
}
