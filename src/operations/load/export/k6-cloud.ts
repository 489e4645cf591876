/** A load for Grafana Cloud k6: a script with `options.cloud`, which starts it on generators of its own. Pure. */
import type { PlannedLoad } from '../plan.ts';
import { type Exported, requireExportable } from './kind.ts';
import { neededVariables, SCRIPT_FILE, scriptOf } from './script.ts';

/** What the cloud's own pages are made of; no `url`, which `name` stands for. */
const SYSTEM_TAGS = ['name', 'method', 'status', 'error_code', 'expected_response', 'scenario', 'proto', 'group'];

/**
 * The script, and how it is started.
 * @param bundle `k6-standalone.js`
 * @throws InputError `not-exportable` or `secret-in-address`
 */
export function forCloud(planned: PlannedLoad, bundle: string): Exported {
  requireExportable(planned);
  const { request } = planned;
  const cloud = { name: `${request.profile.name} on ${request.target.service} in ${request.environment.name}` };
  const variables = neededVariables(planned);
  return {
    files: [{ name: SCRIPT_FILE, text: scriptOf(planned, bundle, { parallelism: 1, systemTags: SYSTEM_TAGS, cloud }) }],
    commands: ['k6 cloud login', `K6_CLOUD_PROJECT_ID=<project> k6 cloud run ${SCRIPT_FILE}`],
    notes: [
      "looked at by k6 offline; not executed by this project's tests in Grafana Cloud",
      ...(variables.length === 0
        ? []
        : [
            `the headers need ${variables.join(', ')}, as environment variables of your organisation in Grafana Cloud (Testing & synthetics > Performance > Settings); given with -e, a value would be in the archive that k6 uploads`,
          ]),
      'the service must be reachable from the internet; the generators stand where `distribution` in options.cloud says, by default in one place',
      'its thresholds hold the objectives by point estimate; Grafana Cloud keeps no samples that `--parts` could put together',
    ],
  };
}
